// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.vfio4j.platform.BindingException.Reason;
import org.vfio4j.platform.host.ModuleParameter;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Gives one device to a VFIO driver, and back. */
final class Binder {
    private final PlatformBus buses;
    private final SysfsDevice device;
    private final DriverFiles sysfs;
    private final BindingRecords records;

    /** For a device as sysfs shows it now. */
    Binder(PlatformBus buses, SysfsDevice device, DriverFiles sysfs, BindingRecords records) {
        this.buses = buses;
        this.device = device;
        this.sysfs = sysfs;
        this.records = records;
    }

    Binding bind(BindOptions options) throws IOException {
        String driver = driver(options);
        Optional<BindingRecord> recorded = records.readUnlessOwned(false);
        DriverState now = sysfs.state();
        if (now.driver().equals(Optional.of(driver))) {
            return takeOver(recorded);
        }
        requireEligible(driver);
        if (now.driver().isPresent()) {
            requireTakeable(now.driver().get(), options);
        }
        DriverState former = recorded.map(record -> record.formerOf(now)).orElse(now);
        BindingRecord record = new BindingRecord(device.name(), driver, former, Optional.of(records.self()));
        if (recorded.isPresent()) {
            records.replace(record);
        } else {
            records.create(record);
        }
        return change(record, now);
    }

    private String driver(BindOptions options) {
        List<String> drivers = EligibilityCheck.vfioDrivers(device.bus());
        String driver = options.driver().orElse(drivers.get(0));
        if (!drivers.contains(driver)) {
            throw new IllegalArgumentException("expected a VFIO driver of the bus of " + device.name() + ", which are "
                    + String.join(", ", drivers) + ", got " + driver);
        }
        return driver;
    }

    /** A binding that nobody gave back is finished by us; one that was made to stay, or by other means, stays. */
    private Binding takeOver(Optional<BindingRecord> recorded) throws IOException {
        if (recorded.flatMap(BindingRecord::owner).isEmpty()) {
            return Binding.ofOther(this, device);
        }
        BindingRecord ours = recorded.get().ownedBy(records.self());
        records.replace(ours);
        return Binding.of(this, device, ours);
    }

    private Binding change(BindingRecord record, DriverState now) throws IOException {
        try {
            sysfs.setOverride(Optional.of(record.driver()));
            if (now.driver().isPresent()) {
                sysfs.unbind(now.driver().get());
            }
            sysfs.bind(Step.BIND_DRIVER, record.driver());
            requireDriver(Optional.of(record.driver()));
            return Binding.of(this, describe(), record);
        } catch (IOException | RuntimeException failure) {
            undo(record, failure);
            throw failure;
        }
    }

    /** What fails here goes with the first failure; the record stays then, for whoever wants to try again. */
    private void undo(BindingRecord record, Exception failure) {
        try {
            giveBack(record);
        } catch (IOException | RuntimeException second) {
            failure.addSuppressed(second);
            letGo(record, failure);
        }
    }

    private void letGo(BindingRecord record, Exception failure) {
        try {
            // There is none any more if somebody else took the device.
            if (records.read().isPresent()) {
                records.replace(record.ownedByNobody());
            }
        } catch (IOException further) {
            failure.addSuppressed(further);
        }
    }

    /** Gives the device back by the record that is there. */
    void unbind() throws IOException {
        BindingRecord record = records.readUnlessOwned(true)
                .orElseThrow(() -> new BindingException(
                        Reason.NOT_RECORDED,
                        device.name(),
                        device.driver().map(name -> "it is bound to " + name).orElse("it has no driver")
                                + ", and no former driver is recorded",
                        "bind it with 'vfio bind', which records it; else write its name to the files unbind and bind of"
                                + " the drivers in "
                                + PlatformBus.directoryOf(device.bus()).resolve("drivers")));
        giveBack(record);
    }

    /** Gives the device back unless somebody did so already. */
    void close(BindingRecord record) throws IOException {
        if (records.read().isPresent()) {
            giveBack(record);
        }
    }

    /** Leaves the device bound, to be given back by whoever wants. */
    void detach(BindingRecord record) throws IOException {
        records.replace(record.ownedByNobody());
    }

    private void giveBack(BindingRecord record) throws IOException {
        DriverState former = record.former();
        DriverState now = sysfs.state();
        boolean isOurs = now.driver().equals(Optional.of(record.driver()));
        if (!isOurs && now.driver().isPresent() && !now.driver().equals(former.driver())) {
            records.delete();
            throw new BindingException(
                    Reason.TAKEN_MEANWHILE,
                    device.name(),
                    "somebody gave it to " + now.driver().get() + " meanwhile, so it was not given back to "
                            + former.driver().orElse("nobody"),
                    "nothing has to be done if that was meant");
        }
        if (isOurs) {
            requireUnused(record.driver());
            sysfs.unbind(record.driver());
        }
        if (former.driver().isPresent() && !now.driver().equals(former.driver())) {
            restoreDriver(former);
        }
        sysfs.setOverride(former.override());
        requireDriver(former.driver());
        records.delete();
    }

    private void restoreDriver(DriverState former) throws VfioException {
        try {
            // An override of another driver, from before, would not let the former one have the device.
            sysfs.setOverride(former.driver());
            sysfs.bind(Step.RESTORE_DRIVER, former.driver().orElseThrow());
        } catch (VfioException failure) {
            try {
                sysfs.setOverride(former.override());
            } catch (VfioException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private void requireEligible(String driver) throws BindingException {
        VfioEligibility eligibility = device.eligibility();
        switch (eligibility.state()) {
            case NO_DEVICE_TREE_NODE ->
                throw notEligible(eligibility.reason(), "use a device that the device tree describes: vfio list");
            case NO_IOMMU_GROUP ->
                throw notEligible(
                        "it is in no IOMMU group, and the mode without IOMMU is off",
                        "echo Y > " + ModuleParameter.NOIOMMU_MODE.path()
                                + " (unsafe: the device can then reach all memory)");
            // That a group is not viable yet is no reason: its devices are bound one after the other.
            case BOUND, CAN_BIND, GROUP_NOT_VIABLE, NO_VFIO_DRIVER -> {
                if (!sysfs.hasDriver(driver)) {
                    throw notEligible("the kernel has no driver " + driver + " loaded", "modprobe " + driver);
                }
            }
        }
    }

    private BindingException notEligible(String what, String remedy) {
        return new BindingException(Reason.NOT_ELIGIBLE, device.name(), what, remedy);
    }

    private void requireTakeable(String from, BindOptions options) throws IOException {
        if (!sysfs.canUnbind(from)) {
            throw new BindingException(
                    Reason.CANNOT_UNBIND,
                    device.name(),
                    "its driver " + from + " never lets go of a device (suppress_bind_attrs)",
                    "keep the driver from it with a kernel without it, or set status = \"disabled\" and use another");
        }
        if (EligibilityCheck.vfioDrivers(device.bus()).contains(from)) {
            requireUnused(from);
        }
        List<String> dependents = new Dependents(sysfs.files(), device).find();
        if (!dependents.isEmpty() && !options.evenIfNeeded()) {
            throw new BindingException(
                    Reason.NEEDED_BY_OTHERS,
                    device.name(),
                    "others need it, which " + from + " has: " + String.join("; ", dependents),
                    "use another device, or say that you mean it: BindOptions.evenIfOthersNeedIt(), vfio bind --yes");
        }
    }

    /** vfio_unregister_group_dev waits for who has the device open, without an end and deaf to signals. */
    private void requireUnused(String driver) throws IOException {
        List<ProcessStat> users = new DeviceUsers(sysfs.files(), describe()).find();
        if (!users.isEmpty()) {
            long self = ProcessStat.self(sysfs.files()).pid();
            String who =
                    users.get(0).pid() == self ? "this process" : users.get(0).toString();
            throw new BindingException(
                    Reason.IN_USE,
                    device.name(),
                    who + " has it or its IOMMU group open, and " + driver
                            + " does not let go of it until that is closed",
                    who.equals("this process") ? "close the PlatformDevice first" : "end " + who);
        }
    }

    private void requireDriver(Optional<String> expected) throws IOException {
        Optional<String> driver = sysfs.state().driver();
        if (!driver.equals(expected)) {
            throw new BindingException(
                    Reason.NOT_AS_TOLD,
                    device.name(),
                    "it should have " + expected.orElse("no driver") + " now and has " + driver.orElse("none"),
                    "look for the reason in the kernel's log: dmesg | tail");
        }
    }

    private SysfsDevice describe() throws IOException {
        return buses.now(device);
    }
}
