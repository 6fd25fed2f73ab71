// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.charset.StandardCharsets;

/**
 * A file of a fw_cfg device, by an entry of its directory.
 *
 * @param key what selects it, 0x20 to 0x3fff
 * @param name its name, 1 to 55 characters. The device has bytes, of which nobody says what text they are: each is one
 *     character here (ISO 8859-1)
 * @param size bytes, 0 to 0xffffffff
 */
public record FwCfgFile(int key, String name, long size) {
    /** The first key of a file. */
    public static final int FIRST_KEY = 0x20;

    /** The last key that a file can have: the two bits above are the write channel and the items of the architecture. */
    public static final int LAST_KEY = 0x3fff;

    /** The name of the file into which a guest writes where its crash notes are; see {@link VmcoreInfo}. */
    public static final String VMCOREINFO = "etc/vmcoreinfo";

    /** {@return the name as the device has it} */
    public byte[] nameBytes() {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
