// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.linux.Errno.EACCES;
import static org.vfio4j.linux.Errno.EAGAIN;
import static org.vfio4j.linux.Errno.EBUSY;
import static org.vfio4j.linux.Errno.EINVAL;
import static org.vfio4j.linux.Errno.ENODEV;
import static org.vfio4j.linux.Errno.ENOENT;
import static org.vfio4j.linux.Errno.EROFS;
import static org.vfio4j.vfio.Step.BIND_DRIVER;
import static org.vfio4j.vfio.Step.KEEP_RECORD;
import static org.vfio4j.vfio.Step.READ_BINDING;
import static org.vfio4j.vfio.Step.RESTORE_DRIVER;
import static org.vfio4j.vfio.Step.SET_DRIVER_OVERRIDE;
import static org.vfio4j.vfio.Step.UNBIND_DRIVER;

/**
 * Errors of binding drivers: {@code bind_store} and {@code unbind_store} of {@code drivers/base/bus.c}, and the probe of
 * the VFIO drivers, {@code vfio_platform_init_common} and {@code __vfio_register_dev}.
 */
final class BindingExplanations {
    private BindingExplanations() {}

    static void addTo(Explanations.Table table) {
        table.row(READ_BINDING, ENOENT, "the device is not there any more", "see which devices there are: vfio list")
                .row(KEEP_RECORD, EACCES, "only root may write to the directory of the records", "run as root")
                .row(
                        KEEP_RECORD,
                        EROFS,
                        "the directory of the records is on a file system that cannot be written",
                        "mount -t tmpfs tmpfs /run")
                .row(SET_DRIVER_OVERRIDE, EACCES, "only root may choose a device's driver", "run as root")
                .row(
                        SET_DRIVER_OVERRIDE,
                        ENOENT,
                        "the device is not there any more",
                        "see which devices there are: vfio list")
                .row(UNBIND_DRIVER, EACCES, "only root may unbind drivers", "run as root")
                .row(
                        UNBIND_DRIVER,
                        ENODEV,
                        "the device is not bound to this driver any more",
                        "see what it is bound to: vfio list");
        table.row(
                        BIND_DRIVER,
                        EINVAL,
                        "the device is behind an IOMMU but not DMA-coherent, or it is in no IOMMU group and noiommu mode is"
                                + " off",
                        "see which: vfio doctor DEVICE")
                .row(
                        BIND_DRIVER,
                        ENOENT,
                        "vfio-platform knows no reset for the device and requires one",
                        "set the kernel parameter vfio_platform.reset_required=0")
                .row(
                        BIND_DRIVER,
                        ENODEV,
                        "the driver does not take the device, or the device is gone",
                        "look for the reason in the kernel's log: dmesg | tail")
                .row(
                        BIND_DRIVER,
                        EBUSY,
                        "the device has a driver",
                        "unbind it: echo DEVICE > /sys/bus/platform/devices/DEVICE/driver/unbind")
                .row(BIND_DRIVER, EACCES, "only root may bind drivers", "run as root");
        table.row(RESTORE_DRIVER, EACCES, "only root may bind drivers", "run as root")
                .row(
                        RESTORE_DRIVER,
                        ENOENT,
                        "the former driver is not loaded any more, or misses something that it needs",
                        "load its module and give the device back: vfio unbind DEVICE")
                .row(
                        RESTORE_DRIVER,
                        ENODEV,
                        "the former driver does not take the device any more",
                        "look for the reason in the kernel's log: dmesg | tail")
                .row(
                        RESTORE_DRIVER,
                        EBUSY,
                        "the device has a driver again, another device of its IOMMU group is in use by VFIO, or the former"
                                + " driver takes no device a second time, as that of fw_cfg",
                        "end what uses the group and give the device back, or start Linux anew: vfio unbind DEVICE")
                .row(
                        RESTORE_DRIVER,
                        EAGAIN,
                        "the former driver waits for a device that it needs",
                        "give that device back first, then this one: vfio unbind DEVICE");
    }
}
