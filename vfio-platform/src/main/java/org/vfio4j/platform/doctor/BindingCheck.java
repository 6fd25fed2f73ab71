// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.Interrupts;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility;
import org.vfio4j.platform.host.DmaCoherence;
import org.vfio4j.platform.host.HostText;
import org.vfio4j.platform.host.KernelOptions.State;
import org.vfio4j.platform.host.ModuleParameter;
import org.vfio4j.platform.host.ResetFunctions;
import org.vfio4j.vfio.Step;

/**
 * What the driver of VFIO will say to a device, in the order in which it looks: the device's suppliers, its reset function,
 * its group, and whether its DMA is coherent. Linux writes all of it to its log only.
 */
record BindingCheck(Machine machine, SysfsDevice device) {
    List<Finding> findings() throws IOException {
        if (device.eligibility().state() == VfioEligibility.State.BOUND) {
            return List.of(Finding.ok(
                    Topic.BINDING, "driver", device.name(), device.eligibility().reason()));
        }
        List<Finding> findings = new ArrayList<>();
        noNode().ifPresent(findings::add);
        noDriver().ifPresent(findings::add);
        notPermitted().ifPresent(findings::add);
        supplier().ifPresent(findings::add);
        controller().ifPresent(findings::add);
        if (device.node().isPresent()) {
            findings.add(reset());
            findings.add(group());
            coherence().ifPresent(findings::add);
        }
        findings.addAll(lost());
        findings.add(Finding.of(
                        Severity.NOTE,
                        Topic.BINDING,
                        "driver",
                        device.name(),
                        device.driver().map(name -> name + " has it").orElse("no driver has it"),
                        "it must be bound to " + vfioDriver() + " to be opened"
                                + device.driver()
                                        .map(name -> ", and " + name + " loses it")
                                        .orElse(""))
                .withRemedy(machine.asRoot("vfio bind " + device.name())));
        return findings;
    }

    /** What is lost with the driver that has it now. */
    private List<Finding> lost() throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (String need : machine.bus().dependents(device)) {
            findings.add(kernelUse(need, "who needs it loses it with the driver"));
        }
        for (String name : madeOfIt()) {
            findings.add(kernelUse("its driver makes " + name + " of it", name + " goes away with the driver"));
        }
        return findings;
    }

    private Finding kernelUse(String what, String why) {
        return Finding.of(Severity.WARNING, Topic.BINDING, "kernel-use", device.name(), what, why);
    }

    /** What everybody may use: the entry of a class lies somewhere below the device in sysfs. */
    private List<String> madeOfIt() throws IOException {
        Path home = machine.files().realPath(device.path());
        List<String> made = new ArrayList<>();
        for (Path ofClass :
                List.of(Path.of("/sys/class/tty"), Path.of("/sys/class/net"), Path.of("/sys/class/block"))) {
            for (String name : HostText.list(machine.files(), ofClass)) {
                if (machine.files().realPath(ofClass.resolve(name)).startsWith(home)) {
                    made.add(name);
                }
            }
        }
        return made;
    }

    private Path drivers() {
        return Path.of("/sys/bus", device.bus() == Bus.AMBA ? "amba" : "platform", "drivers");
    }

    /** The driver that is there, and else the usual one. */
    private String vfioDriver() {
        if (device.bus() == Bus.AMBA) {
            return "vfio-amba";
        }
        boolean onlyDevtree = !machine.files().isDirectory(drivers().resolve("vfio-platform"))
                && machine.files().isDirectory(drivers().resolve("vfio-devtree"));
        return onlyDevtree ? "vfio-devtree" : "vfio-platform";
    }

    private Finding refused(String id, String subject, String what, String why, Errno errno) {
        return Finding.of(Severity.PROBLEM, Topic.BINDING, id, subject, what, why)
                .refusing(new Refusal(Step.BIND_DRIVER, errno));
    }

    private Optional<Finding> noNode() {
        return device.node().isPresent()
                ? Optional.empty()
                : Optional.of(refused(
                        "device-tree-node",
                        device.name(),
                        "it has no node in the device tree",
                        "VFIO knows platform devices by the compatible string of their node",
                        Errno.EINVAL));
    }

    private Optional<Finding> noDriver() {
        String driver = vfioDriver();
        if (machine.files().isDirectory(drivers().resolve(driver))) {
            return Optional.empty();
        }
        String option = device.bus() == Bus.AMBA ? "VFIO_AMBA" : "VFIO_PLATFORM";
        boolean off = machine.options().state(option) == State.OFF;
        return Optional.of(refused(
                        "vfio-driver",
                        driver,
                        off ? "the kernel has no CONFIG_" + option : "the driver is not loaded",
                        "no device of the bus can be bound",
                        Errno.ENOENT)
                .withRemedy(new Remedies(machine).load(driver, option)));
    }

    private Optional<Finding> notPermitted() {
        Path bind = drivers().resolve(vfioDriver()).resolve("bind");
        return !machine.files().exists(bind) || machine.files().isWritable(bind)
                ? Optional.empty()
                : Optional.of(refused(
                                "bind-permission",
                                bind.toString(),
                                "this user may not write it",
                                "only root binds devices to drivers",
                                Errno.EACCES)
                        .withRemedy("sudo vfio bind " + device.name()));
    }

    /** device_links_check_suppliers of drivers/base/core.c: fw_devlink waits for what the node refers to. */
    private Optional<Finding> supplier() throws IOException {
        return HostText.of(machine.files(), device.path().resolve("waiting_for_supplier"))
                .filter("1"::equals)
                .map(waiting -> refused(
                                "supplier",
                                device.name(),
                                "it waits for a device that its node refers to",
                                "Linux defers the probe of every driver until that one has a driver",
                                Errno.EAGAIN)
                        .withRemedy(machine.asRoot("grep " + device.name() + " /sys/kernel/debug/devices_deferred")));
    }

    /** of_amba_device_decode_irq of drivers/amba/bus.c: an interrupt controller without driver defers the whole device. */
    private Optional<Finding> controller() {
        Optional<Node> node = new DeviceTraits(machine, device).node();
        if (device.bus() != Bus.AMBA || node.isEmpty()) {
            return Optional.empty();
        }
        return Interrupts.of(node.get()).resolved().stream()
                .map(Interrupt::controller)
                .filter(DeviceTraits::isDriverless)
                .findFirst()
                .map(found -> refused(
                        "interrupt-controller",
                        device.name(),
                        "no driver can have its interrupt controller " + found.path()
                                + ", as that has no compatible string",
                        "Linux defers the probe of a device on the AMBA bus until it has all interrupts",
                        Errno.EAGAIN));
    }

    /** vfio_platform_get_reset. vfio-amba asks for none. */
    private Finding reset() throws IOException {
        String id = "reset-function";
        if (device.bus() == Bus.AMBA) {
            return Finding.ok(Topic.BINDING, id, device.name(), "vfio-amba does not ask for one");
        }
        ModuleParameter required = ModuleParameter.resetRequired(vfioDriver());
        String compatible = new DeviceTraits(machine, device)
                .node()
                .map(Node::compatible)
                .flatMap(all -> all.stream().findFirst())
                .orElse("");
        if (ResetFunctions.read(machine.files(), machine.options())
                .compatibles()
                .contains(compatible)) {
            return Finding.ok(Topic.BINDING, id, device.name(), "the kernel can reset " + compatible);
        }
        if (!required.isOn(machine.files())) {
            return Finding.ok(
                    Topic.BINDING, id, device.name(), "the kernel has none for " + compatible + ", and asks for none");
        }
        return refused(
                        id,
                        device.name(),
                        "the kernel has none for " + compatible + ", and " + required.option() + " asks for one",
                        "what one user leaves in the device, the next one finds",
                        Errno.ENOENT)
                .withRemedy(new Remedies(machine).setAtLoad(required, "0"));
    }

    /** vfio_group_find_or_alloc of drivers/vfio/group.c. */
    private Finding group() throws IOException {
        ModuleParameter mode = ModuleParameter.NOIOMMU_MODE;
        if (new DeviceTraits(machine, device).isBehindIommu()) {
            return Finding.ok(Topic.BINDING, "iommu-group", device.name(), "it is behind an IOMMU");
        }
        if (mode.isOn(machine.files())) {
            return Finding.of(
                    Severity.NOTE,
                    Topic.BINDING,
                    "iommu-group",
                    device.name(),
                    "it has no IOMMU",
                    "nothing keeps its DMA from any memory, and binding it taints the kernel");
        }
        boolean there = mode.value(machine.files()).isPresent();
        return refused(
                        "iommu-group",
                        device.name(),
                        "it has no IOMMU, and VFIO's mode without one is " + (there ? "off" : "not there"),
                        "nothing would keep its DMA from any memory; turn it on if the device and its user are trusted",
                        Errno.EINVAL)
                .withRemedy(there ? new Remedies(machine).set(mode, "1") : Remedies.build("VFIO_NOIOMMU"));
    }

    private Optional<Finding> coherence() throws IOException {
        DeviceTraits traits = new DeviceTraits(machine, device);
        Optional<DmaCoherence> coherence = traits.isBehindIommu() ? traits.coherence() : Optional.empty();
        return coherence.map(found -> switch (found.verdict()) {
            case COHERENT -> Finding.ok(Topic.BINDING, "dma-coherence", device.name(), "its DMA is coherent");
            case NOT_MARKED ->
                refused(
                                "dma-coherence",
                                found.node().path(),
                                "the device tree does not say that DMA through this IOMMU is coherent",
                                "VFIO has no call that cleans caches, so it takes no such device",
                                Errno.EINVAL)
                        .withRemedy("fdtput board.dtb " + found.node().path() + " dma-coherent");
            case NEVER ->
                refused(
                        "dma-coherence",
                        found.node().path(),
                        "the driver of this IOMMU never says that DMA through it is coherent",
                        "VFIO has no call that cleans caches, so it takes no such device",
                        Errno.EINVAL);
            case UNKNOWN ->
                Finding.of(
                        Severity.NOTE,
                        Topic.BINDING,
                        "dma-coherence",
                        found.node().path(),
                        "whether its driver says that DMA is coherent is not known",
                        "if not, VFIO does not take the device: the bind fails with EINVAL");
        });
    }
}
