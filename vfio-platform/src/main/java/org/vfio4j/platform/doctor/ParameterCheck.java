// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.host.ModuleParameter;
import org.vfio4j.platform.host.ResetFunctions;

/** The parameters of VFIO's modules, as far as they say more than a single device would. */
record ParameterCheck(Machine machine) {
    private static final String ID = "module-parameter";
    private static final long USUAL_ENTRIES = 65535;

    List<Finding> findings() throws IOException {
        List<Finding> findings = new ArrayList<>();
        resetRequired().ifPresent(findings::add);
        noiommuMode().ifPresent(findings::add);
        unsafeInterrupts(ModuleParameter.UNSAFE_INTERRUPTS_OF_TYPE1).ifPresent(findings::add);
        unsafeInterrupts(ModuleParameter.UNSAFE_INTERRUPTS_OF_IOMMUFD).ifPresent(findings::add);
        entryLimit().ifPresent(findings::add);
        return findings;
    }

    private Optional<Finding> resetRequired() throws IOException {
        ModuleParameter parameter = ModuleParameter.resetRequired("vfio-platform");
        Optional<String> value = parameter.value(machine.files());
        if (value.isEmpty() || !value.get().equals("Y")) {
            return value.map(off -> Finding.of(
                    Severity.NOTE,
                    Topic.KERNEL,
                    ID,
                    parameter.option(),
                    "is off: devices are not reset",
                    "what one user left in a device, the next one finds"));
        }
        int known = ResetFunctions.read(machine.files(), machine.options())
                .compatibles()
                .size();
        return Optional.of(Finding.of(
                        Severity.WARNING,
                        Topic.KERNEL,
                        ID,
                        parameter.option(),
                        "is on, and the kernel has a reset function for " + known + " kinds of devices",
                        "vfio-platform takes no other device")
                .withRemedy(new Remedies(machine).setAtLoad(parameter, "0")));
    }

    private Optional<Finding> noiommuMode() throws IOException {
        ModuleParameter parameter = ModuleParameter.NOIOMMU_MODE;
        Optional<String> value = parameter.value(machine.files());
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (parameter.isOn(machine.files())) {
            return Optional.of(Finding.of(
                    Severity.NOTE,
                    Topic.KERNEL,
                    ID,
                    parameter.option(),
                    "is on",
                    "nothing keeps the DMA of a device without IOMMU from any memory, and the kernel is tainted"));
        }
        List<SysfsDevice> without = new ArrayList<>();
        for (SysfsDevice device : machine.devices()) {
            if (device.node().isPresent() && !new DeviceTraits(machine, device).isBehindIommu()) {
                without.add(device);
            }
        }
        return Optional.of(
                without.isEmpty()
                        ? Finding.ok(Topic.KERNEL, ID, parameter.option(), "is off")
                        : Finding.of(
                                        Severity.NOTE,
                                        Topic.KERNEL,
                                        ID,
                                        parameter.option(),
                                        "is off, and " + without.size() + " devices have no IOMMU",
                                        "VFIO takes none of them")
                                .withRemedy(new Remedies(machine).set(parameter, "1")));
    }

    private Optional<Finding> unsafeInterrupts(ModuleParameter parameter) throws IOException {
        Optional<String> value = parameter.value(machine.files());
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get().equals("Y")) {
            return Optional.of(Finding.of(
                    Severity.NOTE,
                    Topic.KERNEL,
                    ID,
                    parameter.option(),
                    "is on",
                    "a device that nothing isolates can forge the interrupts of others"));
        }
        int unsafe = 0;
        for (SysfsDevice device : machine.devices()) {
            DeviceTraits traits = new DeviceTraits(machine, device);
            if (traits.isBehindIommu() && !traits.isolatesMsi()) {
                unsafe++;
            }
        }
        return Optional.of(
                unsafe == 0
                        ? Finding.ok(Topic.KERNEL, ID, parameter.option(), "is off, and no device needs it")
                        : Finding.of(
                                        Severity.WARNING,
                                        Topic.KERNEL,
                                        ID,
                                        parameter.option(),
                                        "is off, and nothing isolates the message-signalled interrupts of " + unsafe
                                                + " devices behind an IOMMU",
                                        "their DMA could forge interrupts, so they cannot be opened in this way")
                                .withRemedy(new Remedies(machine).set(parameter, "1")));
    }

    private Optional<Finding> entryLimit() throws IOException {
        ModuleParameter parameter = ModuleParameter.DMA_ENTRY_LIMIT;
        Optional<String> value = parameter.value(machine.files());
        if (value.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Long.parseLong(value.get()) >= USUAL_ENTRIES
                        ? Finding.ok(Topic.KERNEL, ID, parameter.option(), "is " + value.get())
                        : Finding.of(
                                        Severity.NOTE,
                                        Topic.KERNEL,
                                        ID,
                                        parameter.option(),
                                        "is only " + value.get(),
                                        "a container takes no more mappings: the next fails with ENOSPC")
                                .withRemedy(new Remedies(machine).set(parameter, Long.toString(USUAL_ENTRIES))));
    }
}
