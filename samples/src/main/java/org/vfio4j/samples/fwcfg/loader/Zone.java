// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/** Where a file is wanted in memory. */
public enum Zone {
    /** Anywhere; on a machine with the legacy segment: above 1 MiB. The script's zone 1. */
    HIGH,
    /** As HIGH, and below 4 GiB: a file that a pointer of less than 8 bytes points into. The script does not name it. */
    LOW,
    /** The legacy segment, 0xe0000 to 0xfffff, where a PC's operating system looks for tables. The script's zone 2. */
    FSEG
}
