// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

/** What an address addresses: Linux's {@code IORESOURCE_MEM} or {@code IORESOURCE_IO}. */
public enum AddressSpace {
    /** Memory or memory-mapped registers. */
    MEMORY,
    /** I/O ports of a PCI or ISA bus. */
    IO
}
