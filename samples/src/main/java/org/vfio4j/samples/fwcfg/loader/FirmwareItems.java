// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Items of a fw_cfg device by their keys. */
public interface FirmwareItems {
    /**
     * Reads from an item.
     *
     * @param key its key, 0 to 0xffff
     * @param offset where to begin, bytes, unsigned
     * @param into receives as many bytes as it has room for; what is after the end of the item is zeros
     * @throws IOException if the device does not answer or refuses
     */
    void read(int key, int offset, ByteBuffer into) throws IOException;

    /**
     * Writes into an item, in one transfer: all or nothing.
     *
     * @param key its key, 0 to 0xffff
     * @param offset where to begin, bytes, unsigned
     * @param from all its remaining bytes are written
     * @throws IOException if the device does not answer or refuses, as for an item that cannot be written
     */
    void write(int key, int offset, ByteBuffer from) throws IOException;
}
