// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.vfio4j.linux.HostFiles;

/**
 * What there is to fear of DMA without an IOMMU on this machine.
 *
 * @param device the device
 * @param text the dangers, in words
 */
record NoiommuCaution(String device, String text) {
    private static final System.Logger LOG = System.getLogger(NoiommuCaution.class.getPackageName());
    private static final Path COMPACTION = Path.of("/proc/sys/vm/compact_unevictable_allowed");

    static NoiommuCaution of(HostFiles files, SysfsDevice entry) throws IOException {
        StringBuilder text = new StringBuilder("nothing confines DMA, the device can read and write all memory");
        if (mayMoveLockedPages(files)) {
            text.append(
                            "; Linux may move locked memory away from the device, huge pages excepted, unless 0 is written to ")
                    .append(COMPACTION);
        }
        return new NoiommuCaution(entry.name(), text.toString());
    }

    private static boolean mayMoveLockedPages(HostFiles files) throws IOException {
        return files.exists(COMPACTION)
                && !new String(files.read(COMPACTION), StandardCharsets.US_ASCII)
                        .strip()
                        .equals("0");
    }

    void warn() {
        LOG.log(System.Logger.Level.WARNING, "DMA of " + device + " without an IOMMU: " + text);
    }
}
