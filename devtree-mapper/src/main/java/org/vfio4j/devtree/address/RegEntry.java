// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import java.util.Optional;

/**
 * One entry of {@code reg} (of {@code assigned-addresses} below a PCI bus, as Linux reads it there).
 *
 * @param index index of the entry in the property
 * @param name from {@code reg-names}, if there is one
 * @param busAddress the address on the node's own bus, the low 64 bits, unsigned
 * @param size bytes, unsigned
 * @param translation the CPU's address, or why there is none
 */
public record RegEntry(int index, Optional<String> name, long busAddress, long size, Translation translation) {}
