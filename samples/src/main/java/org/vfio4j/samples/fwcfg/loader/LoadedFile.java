// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.util.Optional;

/**
 * A file that the loader put into memory.
 *
 * @param name its name in the fw_cfg directory
 * @param block where it is; empty if the file has no bytes
 */
public record LoadedFile(String name, Optional<MemoryBlock> block) {
    /**
     * The address of its first byte.
     *
     * @return the address
     * @throws IllegalStateException if it has no bytes
     */
    public long address() {
        return block.orElseThrow(() -> new IllegalStateException(name + " has no bytes, and so no address"))
                .address();
    }

    /** {@return bytes} */
    public long size() {
        return block.map(MemoryBlock::size).orElse(0L);
    }

    /** {@return a copy of its bytes as they are in memory now} */
    public byte[] bytes() {
        return block.map(MemoryBlock::bytes).orElseGet(() -> new byte[0]);
    }
}
