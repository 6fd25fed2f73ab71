// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import org.vfio4j.platform.register.Field;
import org.vfio4j.platform.register.Register32;

/** The registers of virtio-mmio: section 4.2.2, and 4.2.4 for those of the legacy interface. */
final class MmioRegisters {
    static final Register32 MAGIC_VALUE = Register32.at(0x000);
    static final Register32 VERSION = Register32.at(0x004);
    static final Register32 DEVICE_ID = Register32.at(0x008);
    static final Register32 DEVICE_FEATURES = Register32.at(0x010);
    static final Register32 DEVICE_FEATURES_SEL = Register32.at(0x014);
    static final Register32 DRIVER_FEATURES = Register32.at(0x020);
    static final Register32 DRIVER_FEATURES_SEL = Register32.at(0x024);
    /** Legacy only. */
    static final Register32 GUEST_PAGE_SIZE = Register32.at(0x028);

    static final Register32 QUEUE_SEL = Register32.at(0x030);
    static final Register32 QUEUE_NUM_MAX = Register32.at(0x034);
    static final Register32 QUEUE_NUM = Register32.at(0x038);
    /** Legacy only. */
    static final Register32 QUEUE_ALIGN = Register32.at(0x03c);
    /** Legacy only. */
    static final Register32 QUEUE_PFN = Register32.at(0x040);

    static final Register32 QUEUE_READY = Register32.at(0x044);
    static final Register32 QUEUE_NOTIFY = Register32.at(0x050);

    static final Register32 INTERRUPT_STATUS = Register32.at(0x060);
    static final Field USED_BUFFER = INTERRUPT_STATUS.bit(0);
    static final Field CONFIGURATION_CHANGE = INTERRUPT_STATUS.bit(1);
    static final Register32 INTERRUPT_ACK = Register32.at(0x064);

    static final Register32 STATUS = Register32.at(0x070);
    /** The bits of the device status field, section 2.1. */
    static final Field ACKNOWLEDGE = STATUS.bit(0);

    static final Field DRIVER = STATUS.bit(1);
    static final Field DRIVER_OK = STATUS.bit(2);
    static final Field FEATURES_OK = STATUS.bit(3);
    static final Field DEVICE_NEEDS_RESET = STATUS.bit(6);
    static final Field FAILED = STATUS.bit(7);

    static final Register32 QUEUE_DESC_LOW = Register32.at(0x080);
    static final Register32 QUEUE_DESC_HIGH = Register32.at(0x084);
    static final Register32 QUEUE_DRIVER_LOW = Register32.at(0x090);
    static final Register32 QUEUE_DRIVER_HIGH = Register32.at(0x094);
    static final Register32 QUEUE_DEVICE_LOW = Register32.at(0x0a0);
    static final Register32 QUEUE_DEVICE_HIGH = Register32.at(0x0a4);

    static final Register32 CONFIG_GENERATION = Register32.at(0x0fc);
    /** Where the configuration space of the device's type begins. */
    static final long CONFIG = 0x100;

    private MmioRegisters() {}
}
