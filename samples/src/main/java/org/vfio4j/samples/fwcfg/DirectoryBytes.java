// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import java.util.List;

/** The directory item as QEMU makes it: room for 32 files at least, the unused tail zero. */
final class DirectoryBytes {
    private DirectoryBytes() {}

    static byte[] of(List<FwCfgFile> files) {
        ByteBuffer item = ByteBuffer.allocate(4 + 64 * Math.max(32, files.size()));
        item.putInt(files.size());
        for (FwCfgFile file : files) {
            int end = item.position() + 64;
            item.putInt((int) file.size())
                    .putShort((short) file.key())
                    .putShort((short) 0)
                    .put(file.nameBytes())
                    .position(end);
        }
        return item.array();
    }
}
