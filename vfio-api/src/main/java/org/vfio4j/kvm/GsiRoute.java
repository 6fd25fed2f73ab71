// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/** Where an interrupt line of a VM, a GSI, leads. */
public sealed interface GsiRoute {
    /** {@return which line} */
    int gsi();

    /**
     * To a pin of an interrupt controller.
     *
     * @param gsi which line
     * @param irqchip which controller: on x86 0 and 1 the 8259s, 2 the I/O APIC; on arm64 0
     * @param pin which of its lines; on arm64 n is SPI n, interrupt id n+32
     */
    record ToPin(int gsi, int irqchip, int pin) implements GsiRoute {}

    /**
     * To a message.
     *
     * @param gsi which line
     * @param msi the message that it becomes
     */
    record ToMsi(int gsi, Msi msi) implements GsiRoute {}
}
