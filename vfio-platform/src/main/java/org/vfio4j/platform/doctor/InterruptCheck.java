// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.interrupt.Interrupts;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.InspectedIrq;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility;
import org.vfio4j.vfio.Step;

/**
 * Whether the interrupts of a device can be requested. A device whose interrupt is refused can be opened all the same
 * ({@code vfio_platform_irq_init} of {@code drivers/vfio/platform/vfio_platform_irq.c}), and is polled then.
 */
record InterruptCheck(Machine machine, SysfsDevice device, Inspection inspection) {
    private static final String ID = "interrupt";

    List<Finding> findings() throws IOException {
        List<SysfsDevice> others = machine.devices().stream()
                .filter(other -> !other.path().equals(device.path()))
                .toList();
        List<Finding> findings = new ArrayList<>();
        for (InspectedIrq irq : inspection.irqs()) {
            if (irq.mapping().isPresent()) {
                findings.add(finding(irq.mapping().get(), others));
            }
        }
        return findings;
    }

    private Finding finding(IrqMapping irq, List<SysfsDevice> others) throws IOException {
        String subject = inspection.name() + " IRQ " + irq.index();
        Optional<Finding> obstacle =
                Doors.firstOf(noController(subject, irq), shared(subject, irq, others), chained(subject));
        return obstacle.orElseGet(
                () -> Finding.ok(Topic.INTERRUPTS, ID, subject, "is nobody else's on " + irq.controller()));
    }

    /** The platform bus ends the list of a device's interrupts at the first whose controller has no driver. */
    private Optional<Finding> noController(String subject, IrqMapping irq) {
        boolean missing = machine.tree()
                .flatMap(tree -> tree.find(irq.controller()))
                .filter(DeviceTraits::isDriverless)
                .isPresent();
        return missing
                ? Optional.of(Finding.of(
                        Severity.WARNING,
                        Topic.INTERRUPTS,
                        "interrupt-controller",
                        subject,
                        "no driver can have its controller " + irq.controller() + ", as that has no compatible string",
                        "the device has neither it nor those that follow"))
                : Optional.empty();
    }

    /** VFIO requests without IRQF_SHARED. */
    private Optional<Finding> shared(String subject, IrqMapping irq, List<SysfsDevice> others) {
        for (SysfsDevice other : others) {
            if (other.driver().isPresent() && has(other, irq)) {
                boolean vfio = other.eligibility().state() == VfioEligibility.State.BOUND;
                Finding finding = Finding.of(
                        vfio ? Severity.NOTE : Severity.WARNING,
                        Topic.INTERRUPTS,
                        ID,
                        subject,
                        "is also that of " + other.name() + ", which "
                                + other.driver().get() + " has",
                        vfio
                                ? "whoever opens its device first has it, and the other is refused it"
                                : "VFIO does not share interrupts, so the device has to be polled");
                return Optional.of(finding.refusing(new Refusal(Step.REQUEST_IRQ, Errno.EBUSY))
                        .withRemedy(machine.write(other.name(), other.path().resolve("driver/unbind"))));
            }
        }
        return Optional.empty();
    }

    private boolean has(SysfsDevice other, IrqMapping irq) {
        Optional<Node> node = new DeviceTraits(machine, other).node();
        return node.stream()
                .flatMap(found -> Interrupts.of(found).resolved().stream())
                .anyMatch(interrupt -> interrupt.controller().path().equals(irq.controller())
                        && interrupt.specifier().equals(irq.specifier()));
    }

    /**
     * A driver that makes an interrupt controller of the device chains its handler, after which nobody can request the
     * interrupt (irq_set_chained_handler of kernel/irq/chip.c), also when that driver is gone.
     */
    private Optional<Finding> chained(String subject) throws IOException {
        Optional<Node> node = new DeviceTraits(machine, device).node();
        boolean controls = node.filter(
                        found -> found.hasProperty("interrupt-controller") || found.hasProperty("gpio-controller"))
                .isPresent();
        if (!controls) {
            return Optional.empty();
        }
        Optional<String> driver =
                device.driver().filter(name -> device.eligibility().state() != VfioEligibility.State.BOUND);
        Finding finding = Finding.of(
                driver.isPresent() ? Severity.WARNING : Severity.NOTE,
                Topic.INTERRUPTS,
                ID,
                subject,
                driver.map(name -> name + " may have chained it, as the device is an interrupt controller")
                        .orElse("a driver of this interrupt controller may have chained it since Linux started"),
                "it cannot be requested then until Linux starts anew, and the device has to be polled");
        return Optional.of(finding.refusing(new Refusal(Step.REQUEST_IRQ, Errno.EINVAL))
                .withRemedy(driver.isPresent() ? keepAway(driver.get()) : Optional.empty()));
    }

    /** Keeps a driver that is a module from having the device at the next start; one that is built in cannot be kept. */
    private Optional<String> keepAway(String driver) throws IOException {
        Path link = Path.of("/sys/bus", device.bus() == Bus.AMBA ? "amba" : "platform", "drivers", driver, "module");
        if (!machine.files().exists(link)) {
            return Optional.empty();
        }
        String module = machine.files().realPath(link).getFileName().toString();
        return Optional.of(
                "echo blacklist " + module + " | " + machine.asRoot("tee /etc/modprobe.d/vfio4j-" + module + ".conf"));
    }
}
