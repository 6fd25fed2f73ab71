// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

/** What an inspection looked at. */
public enum InspectionMode {
    /** The device was opened through VFIO, and the mapping was verified against what it says. */
    OPENED,
    /** The device of the running kernel was not opened: a prediction from the live tree. */
    LIVE,
    /** There was no kernel: a prediction from a device tree file. */
    OFFLINE
}
