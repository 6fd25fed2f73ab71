// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

/** Where the guest's own devices and its memory are. Addresses are those of QEMU's machine {@code virt}, which are well known. */
final class GuestMap {
    /** The interrupt controller's distributor, 64 KiB. */
    static final long DISTRIBUTOR = 0x0800_0000L;

    static final long DISTRIBUTOR_SIZE = 0x1_0000;

    /** Its redistributors, 128 KiB for each CPU. */
    static final long REDISTRIBUTORS = 0x080a_0000L;

    static final long REDISTRIBUTOR_SIZE = 0x2_0000;

    /** The console. */
    static final long UART = 0x0900_0000L;

    /** The console's interrupt: an SPI's number, which begin at interrupt 32. */
    static final int UART_SPI = 1;

    /** Interrupts of the controller, its 32 private ones of each CPU among them; a multiple of 32. */
    static final int INTERRUPTS = 256;

    /** The memory. */
    static final long MEMORY = 0x4000_0000L;

    /** It is in banks of this size. */
    static final long BANK = 1L << 30;

    /** The redistributors end at the console. */
    static final int MAX_CPUS = (int) ((UART - REDISTRIBUTORS) / REDISTRIBUTOR_SIZE);

    private GuestMap() {}
}
