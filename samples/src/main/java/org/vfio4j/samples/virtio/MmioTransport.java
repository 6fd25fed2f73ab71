// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import static org.vfio4j.samples.virtio.MmioRegisters.CONFIG;
import static org.vfio4j.samples.virtio.MmioRegisters.DEVICE_ID;
import static org.vfio4j.samples.virtio.MmioRegisters.INTERRUPT_ACK;
import static org.vfio4j.samples.virtio.MmioRegisters.INTERRUPT_STATUS;
import static org.vfio4j.samples.virtio.MmioRegisters.MAGIC_VALUE;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_NOTIFY;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_NUM_MAX;
import static org.vfio4j.samples.virtio.MmioRegisters.QUEUE_SEL;
import static org.vfio4j.samples.virtio.MmioRegisters.STATUS;
import static org.vfio4j.samples.virtio.MmioRegisters.VERSION;

import java.nio.ByteOrder;
import java.time.Duration;
import org.vfio4j.platform.register.Field;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegisterTimeoutException;

/**
 * The registers of one device, section 4.2. The two versions of the interface differ in how features are read and queues
 * are handed over.
 */
abstract sealed class MmioTransport permits LegacyMmio, ModernMmio {
    /** "virt". */
    private static final int MAGIC = 0x74726976;

    private static final int LEGACY = 1;
    private static final int MODERN = 2;
    /** What QEMU's slots answer that have no device in them. */
    private static final int NO_DEVICE = 0;

    private static final int STATUS_BITS = 0xff;
    /** For a configuration that changes each time it is read. */
    private static final int CONFIG_ATTEMPTS = 100;

    final Region registers;

    MmioTransport(Region registers) {
        this.registers = registers;
    }

    /**
     * The transport of the version that the device has.
     *
     * @throws VirtioException if it is no virtio-mmio device, or of another version, or there is none in the slot
     */
    static MmioTransport of(Region registers) throws VirtioException {
        int magic = MAGIC_VALUE.read(registers);
        if (magic != MAGIC) {
            throw new VirtioException("%s: expected the magic value 0x%x of virtio-mmio at 0x%x, got 0x%x"
                    .formatted(registers.name(), MAGIC, MAGIC_VALUE.offset(), magic));
        }
        int version = VERSION.read(registers);
        if (version != LEGACY && version != MODERN) {
            throw new VirtioException(registers.name() + ": expected version 1 or 2 of virtio-mmio, got " + version);
        }
        if (DEVICE_ID.read(registers) == NO_DEVICE) {
            throw new VirtioException(registers.name() + ": there is no virtio device in this slot (device ID 0)");
        }
        return version == LEGACY ? new LegacyMmio(registers) : new ModernMmio(registers);
    }

    final String name() {
        return registers.name();
    }

    final int deviceId() {
        return DEVICE_ID.read(registers);
    }

    /** {@return the byte order of rings, and of what the device type puts into memory} */
    abstract ByteOrder memoryOrder();

    /** {@return how many bits of address a queue can have} */
    abstract int queueAddressBits();

    /** {@return whether used lengths can be relied on; section 2.7.8.3 says that those of legacy devices cannot} */
    abstract boolean hasReliableLengths();

    abstract long deviceFeatures();

    /** Tells the device which of its features are used; false if it does not work with these. */
    abstract boolean acceptFeatures(long features);

    /** Tells the selected queue where it is. */
    abstract void place(RingLayout layout, long address);

    /** {@return whether the selected queue was placed already} */
    abstract boolean isPlaced();

    /** {@return a number that changes when the configuration does} */
    abstract int configGeneration();

    /** Resets the device, section 2.4: it forgets its queues, and neither uses memory nor interrupts any more. */
    final void reset(Duration timeout) throws DeviceTimeoutException {
        STATUS.write(registers, 0);
        try {
            STATUS.awaitBits(registers, STATUS_BITS, 0, timeout);
        } catch (RegisterTimeoutException stuck) {
            DeviceTimeoutException late = new DeviceTimeoutException(name(), "reset itself", timeout);
            late.initCause(stuck);
            throw late;
        }
    }

    final void addStatus(Field bit) {
        bit.write(registers, 1);
    }

    final boolean hasStatus(Field bit) {
        return bit.isSet(registers);
    }

    /** Selects a queue; gives how many descriptors it can have, 0 if there is no such queue. */
    final int select(int queue) {
        QUEUE_SEL.write(registers, queue);
        return QUEUE_NUM_MAX.read(registers);
    }

    final void notifyQueue(int queue) {
        QUEUE_NOTIFY.write(registers, queue);
    }

    /**
     * Takes the reasons for an interrupt, so that the line is lowered: the next reason is an edge again.
     *
     * @return bits of INTERRUPT_STATUS
     */
    final int takeInterrupts() {
        int reasons = INTERRUPT_STATUS.read(registers);
        if (reasons != 0) {
            INTERRUPT_ACK.write(registers, reasons);
        }
        return reasons;
    }

    final int config32(long offset) {
        int value = registers.read32(CONFIG + offset);
        return memoryOrder() == ByteOrder.BIG_ENDIAN ? Integer.reverseBytes(value) : value;
    }

    /** A number that was there all at one time, section 2.5.1. */
    final long config64(long offset) throws DeviceFaultException {
        long value = config64InTwoParts(offset);
        for (int i = 0; i < CONFIG_ATTEMPTS; i++) {
            int generation = configGeneration();
            long again = config64InTwoParts(offset);
            if (again == value && generation == configGeneration()) {
                return value;
            }
            value = again;
        }
        throw new DeviceFaultException(name() + ": the device's configuration does not stop to change");
    }

    private long config64InTwoParts(long offset) {
        boolean big = memoryOrder() == ByteOrder.BIG_ENDIAN;
        int low = config32(big ? offset + Integer.BYTES : offset);
        int high = config32(big ? offset : offset + Integer.BYTES);
        return (long) high << Integer.SIZE | Integer.toUnsignedLong(low);
    }
}
