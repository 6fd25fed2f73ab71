// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import static org.vfio4j.samples.virtio.MmioRegisters.CONFIG_GENERATION;
import static org.vfio4j.samples.virtio.MmioRegisters.DEVICE_FEATURES;
import static org.vfio4j.samples.virtio.MmioRegisters.DEVICE_FEATURES_SEL;
import static org.vfio4j.samples.virtio.MmioRegisters.DRIVER_FEATURES;
import static org.vfio4j.samples.virtio.MmioRegisters.DRIVER_FEATURES_SEL;
import static org.vfio4j.samples.virtio.MmioRegisters.FEATURES_OK;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_DESC_HIGH;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_DESC_LOW;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_DEVICE_HIGH;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_DEVICE_LOW;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_DRIVER_HIGH;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_DRIVER_LOW;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_NUM;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_READY;

import java.nio.ByteOrder;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.Register32;

/** Version 2 of the interface, sections 4.2.2 and 4.2.3: all little-endian, 64 bits of address. */
final class ModernMmio extends MmioTransport {
    ModernMmio(Region registers) {
        super(registers);
    }

    @Override
    ByteOrder memoryOrder() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    int queueAddressBits() {
        return Long.SIZE;
    }

    @Override
    boolean hasReliableLengths() {
        return true;
    }

    @Override
    long deviceFeatures() {
        return (long) features(1) << Integer.SIZE | Integer.toUnsignedLong(features(0));
    }

    private int features(int word) {
        DEVICE_FEATURES_SEL.write(registers, word);
        return DEVICE_FEATURES.read(registers);
    }

    @Override
    boolean acceptFeatures(long features) {
        DRIVER_FEATURES_SEL.write(registers, 0);
        DRIVER_FEATURES.write(registers, (int) features);
        DRIVER_FEATURES_SEL.write(registers, 1);
        DRIVER_FEATURES.write(registers, (int) (features >>> Integer.SIZE));
        addStatus(FEATURES_OK);
        return hasStatus(FEATURES_OK);
    }

    @Override
    boolean isPlaced() {
        return QUEUE_READY.read(registers) != 0;
    }

    @Override
    void place(RingLayout layout, long address) {
        QUEUE_NUM.write(registers, layout.size());
        write(QUEUE_DESC_LOW, QUEUE_DESC_HIGH, address);
        write(QUEUE_DRIVER_LOW, QUEUE_DRIVER_HIGH, address + layout.available());
        write(QUEUE_DEVICE_LOW, QUEUE_DEVICE_HIGH, address + layout.used());
        QUEUE_READY.write(registers, 1);
    }

    private void write(Register32 low, Register32 high, long address) {
        low.write(registers, (int) address);
        high.write(registers, (int) (address >>> Integer.SIZE));
    }

    @Override
    int configGeneration() {
        return CONFIG_GENERATION.read(registers);
    }
}
