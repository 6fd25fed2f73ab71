// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.util.Arrays;
import java.util.Optional;

/**
 * The items with a key of their own, as QEMU has them ({@code include/standard-headers/linux/qemu_fw_cfg.h} and {@code
 * docs/specs/fw_cfg} of QEMU). A machine has only some of them; one that it has not reads as zeros. Numbers in them are
 * little-endian.
 */
public enum WellKnownItem {
    /** The four letters QEMU. */
    SIGNATURE(0x00, 4),
    /** Revision and features: bit 0 the interface by registers, bit 1 DMA. */
    ID(0x01, 4),
    /** UUID of the machine. */
    UUID(0x02, 16),
    /** Bytes of memory; not on ARM's {@code virt}. */
    RAM_SIZE(0x03, 8),
    /** Whether there is no graphics. */
    NOGRAPHIC(0x04, 2),
    /** Number of CPUs. */
    NB_CPUS(0x05, 2),
    /** Number of the machine type, with some architectures. */
    MACHINE_ID(0x06, 2),
    /** Where the kernel is to be. */
    KERNEL_ADDRESS(0x07, 4),
    /** Bytes of the kernel. */
    KERNEL_SIZE(0x08, 4),
    /** Where the kernel's command line is, with some architectures. */
    KERNEL_COMMAND_LINE(0x09, 4),
    /** Where the initial RAM disk is to be. */
    INITRD_ADDRESS(0x0a, 4),
    /** Bytes of the initial RAM disk. */
    INITRD_SIZE(0x0b, 4),
    /** The letter of the device to boot from. */
    BOOT_DEVICE(0x0c, 2),
    /** Nodes of memory and CPUs. The size depends on the machine; it begins with 8 bytes for the number of nodes. */
    NUMA(0x0d, 8),
    /** Whether there is a boot menu. */
    BOOT_MENU(0x0e, 2),
    /** The most CPUs that there can be. */
    MAX_CPUS(0x0f, 2),
    /** Where the kernel begins to run. */
    KERNEL_ENTRY(0x10, 4),
    /** The kernel; of {@link #KERNEL_SIZE}. */
    KERNEL_DATA(0x11, -1),
    /** The initial RAM disk; of {@link #INITRD_SIZE}. */
    INITRD_DATA(0x12, -1),
    /** Where the command line is to be. */
    COMMAND_LINE_ADDRESS(0x13, 4),
    /** Bytes of the command line. */
    COMMAND_LINE_SIZE(0x14, 4),
    /** The command line; of {@link #COMMAND_LINE_SIZE}. */
    COMMAND_LINE_DATA(0x15, -1),
    /** Where the set-up code is to be, with x86. */
    SETUP_ADDRESS(0x16, 4),
    /** Bytes of the set-up code. */
    SETUP_SIZE(0x17, 4),
    /** The set-up code; of {@link #SETUP_SIZE}. */
    SETUP_DATA(0x18, -1),
    /** The directory of files; see {@link FwCfgDirectory}. */
    FILE_DIRECTORY(0x19, -1);

    private final int key;
    private final int size;

    WellKnownItem(int key, int size) {
        this.key = key;
        this.size = size;
    }

    /**
     * The item with a key.
     *
     * @param key the key
     * @return the item; empty if the key is that of a file or of nothing
     */
    public static Optional<WellKnownItem> of(int key) {
        return Arrays.stream(values()).filter(item -> item.key == key).findFirst();
    }

    /** {@return what selects it} */
    public int key() {
        return key;
    }

    /** {@return how many bytes it has; -1 if another item says so} */
    public int size() {
        return size;
    }
}
