// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

/** How bad a finding is, from good to bad. */
public enum Severity {
    /** As it should be. */
    OK,
    /** Good to know; nothing fails because of it that most drivers need. */
    NOTE,
    /** Something works less well, or will fail later: an interrupt, a big DMA mapping, a device without clock. */
    WARNING,
    /** A device cannot be bound or opened. */
    PROBLEM
}
