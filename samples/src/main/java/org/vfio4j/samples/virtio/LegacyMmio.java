// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import static org.vfio4j.samples.virtio.MmioRegisters.DEVICE_FEATURES;
import static org.vfio4j.samples.virtio.MmioRegisters.DEVICE_FEATURES_SEL;
import static org.vfio4j.samples.virtio.MmioRegisters.DRIVER_FEATURES;
import static org.vfio4j.samples.virtio.MmioRegisters.DRIVER_FEATURES_SEL;
import static org.vfio4j.samples.virtio.MmioRegisters.GUEST_PAGE_SIZE;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_ALIGN;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_NUM;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_PFN;

import java.nio.ByteOrder;
import org.vfio4j.platform.register.Region;

/**
 * Version 1 of the interface, section 4.2.4, which QEMU has unless it is told {@code -global
 * virtio-mmio.force-legacy=false}: memory has the byte order of the CPU, there are 32 features, and a queue is one piece of
 * memory given by the number of its first page. As its alignment can be less than a page, a small queue is one page.
 */
final class LegacyMmio extends MmioTransport {
    LegacyMmio(Region registers) {
        super(registers);
    }

    @Override
    ByteOrder memoryOrder() {
        return ByteOrder.nativeOrder();
    }

    @Override
    int queueAddressBits() {
        return Integer.SIZE + Integer.numberOfTrailingZeros(RingLayout.PAGE);
    }

    @Override
    boolean hasReliableLengths() {
        return false;
    }

    @Override
    long deviceFeatures() {
        DEVICE_FEATURES_SEL.write(registers, 0);
        return Integer.toUnsignedLong(DEVICE_FEATURES.read(registers));
    }

    @Override
    boolean acceptFeatures(long features) {
        DRIVER_FEATURES_SEL.write(registers, 0);
        DRIVER_FEATURES.write(registers, (int) features);
        // Here a device cannot refuse: the status has no FEATURES_OK (section 3.1.2).
        return true;
    }

    @Override
    boolean isPlaced() {
        return QUEUE_PFN.read(registers) != 0;
    }

    @Override
    void place(RingLayout layout, long address) {
        GUEST_PAGE_SIZE.write(registers, RingLayout.PAGE);
        QUEUE_NUM.write(registers, layout.size());
        QUEUE_ALIGN.write(registers, RingLayout.USED_ALIGNMENT);
        QUEUE_PFN.write(registers, (int) (address / RingLayout.PAGE));
    }

    @Override
    int configGeneration() {
        // There is none: two equal readings must do (section 2.5.4).
        return 0;
    }
}
