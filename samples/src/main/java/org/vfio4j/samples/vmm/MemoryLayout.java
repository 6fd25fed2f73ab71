// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

/**
 * What is where in the guest's memory at its start, by the rules of Linux's {@code Documentation/arch/arm64/booting.rst}:
 * the kernel lowest, the initramfs behind it, and the device tree in a block of 2 MiB of its own behind both. All are in the
 * first bank, and so in 1 GiB, where the rules want kernel and initramfs in 32.
 *
 * @param memorySize bytes of memory, from {@link GuestMap#MEMORY} on
 * @param kernel address of the kernel's first byte, which is its entry
 * @param initrd address of the initramfs
 * @param initrdSize its bytes; 0 for none
 * @param tree address of the device tree
 */
record MemoryLayout(long memorySize, long kernel, long initrd, long initrdSize, long tree) {
    /** What kernel and device tree are mapped in, and the largest device tree. */
    static final long BLOCK = 2 << 20;

    /**
     * Lays out a guest's memory.
     *
     * @param memorySize bytes of memory
     * @param kernel the kernel
     * @param initrdSize bytes of the initramfs; 0 for none
     * @return the layout
     * @throws IllegalArgumentException if they do not fit; says how much memory they need
     */
    static MemoryLayout of(long memorySize, KernelImage kernel, long initrdSize) {
        long kernelAddress = GuestMap.MEMORY + kernel.textOffset();
        long initrd = up(kernelAddress + kernel.memorySize());
        long needed = up(initrd + initrdSize) + BLOCK - GuestMap.MEMORY;
        if (needed > GuestMap.BANK) {
            throw new IllegalArgumentException(
                    "the kernel and an initramfs of %d MiB are too large: with the device tree they have to fit in %d MiB"
                            .formatted(up(initrdSize) >> 20, GuestMap.BANK >> 20));
        }
        if (needed > memorySize) {
            throw new IllegalArgumentException(
                    "%d MiB of memory are too few: the kernel, an initramfs of %d MiB and the device tree need %d MiB"
                            .formatted(memorySize >> 20, up(initrdSize) >> 20, needed >> 20));
        }
        return new MemoryLayout(memorySize, kernelAddress, initrd, initrdSize, up(initrd + initrdSize));
    }

    private static long up(long address) {
        return address + BLOCK - 1 & -BLOCK;
    }
}
