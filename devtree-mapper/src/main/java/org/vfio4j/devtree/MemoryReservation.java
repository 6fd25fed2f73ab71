// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

/**
 * One entry of the memory reservation block (Devicetree Specification 0.4, section 5.3).
 *
 * @param address physical address, unsigned
 * @param size length in bytes, unsigned
 */
public record MemoryReservation(long address, long size) {}
