// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionRequest;
import org.vfio4j.platform.Inspector;
import org.vfio4j.platform.PageSize;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.dma.DmaStack;

/**
 * Finds out, before VFIO refuses it, what is wrong with a machine or with a device, and how to mend it. It only reads files:
 * nothing is opened, bound or changed, and no native code is loaded.
 *
 * <pre>{@code
 * Diagnosis diagnosis = Doctor.of(files).examine(new PlatformBus(files).find("9000000.pl011"));
 * for (Finding problem : diagnosis.findings(Severity.PROBLEM)) {
 *     System.err.println(problem.what() + ": " + problem.remedy().orElse(""));
 * }
 * }</pre>
 *
 * <p>What a file cannot tell it does not find: that registers do not answer, or that another process has a device open
 * which this user may not look at.
 */
public final class Doctor {
    private final HostFiles files;

    private Doctor(HostFiles files) {
        this.files = files;
    }

    /**
     * A doctor for a machine, and for this process on it.
     *
     * @param files the machine's files
     * @return the doctor
     */
    public static Doctor of(HostFiles files) {
        return new Doctor(files);
    }

    /**
     * Examines the machine: the kernel and its modules, IOMMUs, what this process may do, and the ways to open devices.
     *
     * @return what was found
     * @throws IOException if files that every Linux has cannot be read
     */
    public Diagnosis examine() throws IOException {
        Machine machine = Machine.read(files);
        List<Finding> findings = new ArrayList<>();
        findings.addAll(new KernelCheck(machine).findings());
        findings.addAll(new ParameterCheck(machine).findings());
        findings.addAll(new IommuCheck(machine).findings());
        findings.addAll(new ProcessCheck(machine, PageSize.of(files)).findings());
        List<StackVerdict> stacks = new Doors(machine).verdicts();
        boolean oneIsUsable = stacks.stream().anyMatch(StackVerdict::isUsable);
        for (StackVerdict verdict : stacks) {
            verdict.obstacle()
                    .map(obstacle -> oneIsUsable ? obstacle.withSeverity(Severity.NOTE) : obstacle)
                    .ifPresent(obstacle -> addOrWorsen(findings, obstacle));
        }
        return new Diagnosis(Optional.empty(), findings, stacks);
    }

    /**
     * Examines a device, as it is or as it will be once it is bound: whether the driver of VFIO takes it, which ways there
     * are to open it, its registers, interrupts and power.
     *
     * @param device the device
     * @return what was found
     * @throws IOException if files that every Linux has cannot be read, or the device is gone
     */
    public Diagnosis examine(SysfsDevice device) throws IOException {
        Machine machine = Machine.read(files);
        List<Finding> findings = new ArrayList<>(new BindingCheck(machine, device).findings());
        DeviceDoors doors = new DeviceDoors(machine, device);
        List<StackVerdict> stacks = doors.verdicts();
        DmaStack usual = doors.usual();
        for (StackVerdict verdict : stacks) {
            Finding usable = Finding.ok(Topic.STACK, "stack", device.name(), "can be opened with " + verdict.stack());
            Finding finding = verdict.obstacle().orElse(usable);
            findings.add(
                    verdict.stack() == usual || verdict.isUsable() ? finding : finding.withSeverity(Severity.NOTE));
        }
        Optional<Node> node = new DeviceTraits(machine, device).node();
        if (node.isPresent()) {
            Inspection inspection = predict(device);
            findings.addAll(new RegisterCheck(inspection).findings());
            findings.addAll(new InterruptCheck(machine, device, inspection).findings());
            findings.addAll(new PowerCheck(machine, device, node.get()).findings());
        }
        return new Diagnosis(Optional.of(device), findings, stacks);
    }

    private Inspection predict(SysfsDevice device) throws IOException {
        Inspector inspector = new Inspector(
                () -> {
                    throw new AssertionError("a prediction makes no system calls");
                },
                files);
        return inspector.inspect(device, new InspectionRequest(device.policy(), false, false));
    }

    /** One thing can be in the way of several stacks, and be found before: the worst of what has one remedy counts. */
    private static void addOrWorsen(List<Finding> findings, Finding obstacle) {
        for (int i = 0; i < findings.size(); i++) {
            if (obstacle.remedy().isPresent() && findings.get(i).remedy().equals(obstacle.remedy())) {
                if (findings.get(i).severity().compareTo(obstacle.severity()) < 0) {
                    findings.set(i, obstacle);
                }
                return;
            }
        }
        findings.add(obstacle);
    }
}
