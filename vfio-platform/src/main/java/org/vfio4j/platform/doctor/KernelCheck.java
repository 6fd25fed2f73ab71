// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.platform.host.HostText;
import org.vfio4j.platform.host.KernelOptions.State;

/** The options that the kernel was built with (drivers/vfio/Kconfig), and whether what they built is loaded. */
record KernelCheck(Machine machine) {
    private static final String ID = "kernel-option";
    private static final Path AMBA_DEVICES = Path.of("/sys/bus/amba/devices");

    /**
     * @param option the name without CONFIG_
     * @param missing how bad it is if the option is off
     * @param module what modprobe takes; empty if it is no module of its own
     * @param there a path that is there when the option is on and loaded; empty if there is none
     * @param why what is not there without it
     */
    private record Option(String option, Severity missing, String module, String there, String why) {}

    List<Finding> findings() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(source());
        for (Option option : options()) {
            findings.add(finding(option));
        }
        return findings;
    }

    private Finding source() {
        return machine.options()
                .source()
                .map(file -> Finding.ok(Topic.KERNEL, "kernel-options", file.toString(), "says what the kernel has"))
                .orElseGet(() -> Finding.of(
                                Severity.NOTE,
                                Topic.KERNEL,
                                "kernel-options",
                                "/proc/config.gz",
                                "no file says how the kernel was built",
                                "what is off cannot be told from what is a module that is not loaded")
                        .withRemedy(machine.asRoot("modprobe configs")));
    }

    private List<Option> options() throws IOException {
        boolean cdev = machine.options().state("VFIO_DEVICE_CDEV") == State.BUILT_IN;
        boolean amba = !HostText.list(machine.files(), AMBA_DEVICES).isEmpty();
        return List.of(
                new Option("VFIO", Severity.PROBLEM, "vfio", "/sys/module/vfio", "nothing of VFIO is there"),
                new Option(
                        "VFIO_PLATFORM",
                        Severity.PROBLEM,
                        "vfio-platform",
                        "/sys/bus/platform/drivers/vfio-platform",
                        "no device of the platform bus can be bound"),
                new Option(
                        "VFIO_AMBA",
                        amba ? Severity.WARNING : Severity.NOTE,
                        "vfio-amba",
                        "/sys/bus/amba/drivers/vfio-amba",
                        "no device of the AMBA bus can be bound"),
                new Option(
                        "VFIO_GROUP",
                        cdev ? Severity.NOTE : Severity.PROBLEM,
                        "",
                        "",
                        "devices have no groups in /dev/vfio, and are opened by their own files only"),
                new Option("VFIO_CONTAINER", Severity.NOTE, "", "", "only iommufd maps memory for devices"),
                new Option(
                        "VFIO_IOMMU_TYPE1",
                        Severity.NOTE,
                        "vfio_iommu_type1",
                        "/sys/module/vfio_iommu_type1",
                        "a container cannot map memory for devices behind an IOMMU"),
                new Option("VFIO_NOIOMMU", Severity.NOTE, "", "", "devices without an IOMMU cannot be bound"),
                new Option(
                        "IOMMUFD", Severity.NOTE, "iommufd", "/dev/iommu", "devices cannot be opened through iommufd"),
                new Option(
                        "VFIO_DEVICE_CDEV",
                        Severity.NOTE,
                        "",
                        "",
                        "devices have no files of their own, which iommufd needs"));
    }

    private Finding finding(Option option) {
        State state = machine.options().state(option.option());
        String subject = "CONFIG_" + option.option();
        if (state == State.OFF) {
            return Finding.of(option.missing(), Topic.KERNEL, ID, subject, "is off in this kernel", option.why())
                    .withRemedy(Remedies.build(option.option()));
        }
        boolean there = option.there().isEmpty() || machine.exists(option.there());
        if (!there && state != State.BUILT_IN) {
            String what = state == State.MODULE ? "is a module that is not loaded" : "is off, or not loaded";
            return Finding.of(option.missing(), Topic.KERNEL, ID, subject, what, option.why())
                    .withRemedy(machine.asRoot("modprobe " + option.module()));
        }
        return Finding.ok(
                Topic.KERNEL,
                ID,
                subject,
                switch (state) {
                    case BUILT_IN -> "is built in";
                    case MODULE -> option.there().isEmpty() ? "is there" : "is a module and loaded";
                    default -> option.there().isEmpty() ? "is not known" : "is there";
                });
    }
}
