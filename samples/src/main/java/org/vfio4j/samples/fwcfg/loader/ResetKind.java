// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/** What a reset left of memory. The devices have forgotten their pointers in each case. */
public enum ResetKind {
    /** Devices only, as by VFIO_DEVICE_RESET: memory and what was put into it are there, and this program goes on. */
    DEVICES,
    /** The machine woke up from ACPI's state S3: its memory was kept. */
    SUSPEND_TO_RAM,
    /** The machine started again: memory is lost, and the addresses mean nothing. */
    MEMORY_LOST
}
