// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * The numbers that {@link Vm#setIrqLine} takes on arm64.
 *
 * <p>Source: {@code KVM_ARM_IRQ_} in {@code asm/kvm.h} of arm64, {@code Documentation/virt/kvm/api.rst} 4.25.
 */
public final class ArmIrqLine {
    private static final int TYPE_SPI = 1 << 24;
    private static final int TYPE_PPI = 2 << 24;
    private static final int VCPU_SHIFT = 16;
    private static final int VCPU2_SHIFT = 28;
    private static final int FIRST_SPI = 32;
    private static final int LAST_SPI = 1019;
    private static final int FIRST_PPI = 16;
    private static final int VCPUS = 0x1000;

    private ArmIrqLine() {}

    /**
     * A shared peripheral interrupt.
     *
     * @param spi which, 0 to 987, as a device tree counts; its interrupt id is 32 more
     * @return the line
     * @throws IllegalArgumentException if there is no such SPI
     */
    public static int spi(int spi) {
        if (spi < 0 || spi > LAST_SPI - FIRST_SPI) {
            throw new IllegalArgumentException("an SPI is 0 to " + (LAST_SPI - FIRST_SPI) + ", not " + spi);
        }
        return TYPE_SPI | FIRST_SPI + spi;
    }

    /**
     * A private peripheral interrupt of a vCPU.
     *
     * @param vcpu which vCPU, by its index, 0 to 4095
     * @param ppi which, 0 to 15, as a device tree counts; its interrupt id is 16 more
     * @return the line
     * @throws IllegalArgumentException if there is no such vCPU or PPI
     */
    public static int ppi(int vcpu, int ppi) {
        if (vcpu < 0 || vcpu >= VCPUS || ppi < 0 || ppi >= FIRST_SPI - FIRST_PPI) {
            throw new IllegalArgumentException("a PPI is 0 to 15 of a vCPU 0 to 4095, not " + ppi + " of " + vcpu);
        }
        return vcpu >> 8 << VCPU2_SHIFT | TYPE_PPI | (vcpu & 0xff) << VCPU_SHIFT | FIRST_PPI + ppi;
    }
}
