// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

/** Where the order of the nodes comes from, which the interrupts of descendants are numbered by. */
public enum OrderSource {
    /** The blob: a file, or {@code /sys/firmware/fdt} of the running kernel. */
    FDT,
    /** sysfs has no order of its own and the blob was not readable: by unit address, then by name. */
    UNIT_ADDRESS
}
