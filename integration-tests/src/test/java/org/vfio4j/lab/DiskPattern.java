// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a disk has at first and what is written to it, made of a seed by host and guest alike. */
record DiskPattern(long seed, int sectors) {
    static final int SECTOR = 512;
    private static final int WRITES = 40;
    /** More than a request of a full queue can have in scattered pages. */
    private static final int MOST_SECTORS = 4000;

    /** Data for adjacent sectors. */
    record Write(int sector, byte[] data) {
        int end() {
            return sector + data.length / SECTOR;
        }
    }

    byte[] image() {
        byte[] image = new byte[sectors * SECTOR];
        new Random(seed).nextBytes(image);
        return image;
    }

    /** In the order in which they are made; none overlaps the one before it, so two can be in flight. */
    List<Write> writes() {
        Random random = new Random(~seed);
        List<Write> writes = new ArrayList<>();
        while (writes.size() < WRITES) {
            // Most are small, as they are on disks.
            int length = 1 + random.nextInt(1 + random.nextInt(MOST_SECTORS));
            int sector = random.nextInt(sectors - length + 1);
            Write before = writes.isEmpty() ? null : writes.get(writes.size() - 1);
            byte[] data = new byte[length * SECTOR];
            random.nextBytes(data);
            if (before == null || sector >= before.end() || sector + length <= before.sector()) {
                writes.add(new Write(sector, data));
            }
        }
        // The ends of the disk.
        writes.add(new Write(0, Arrays.copyOf(writes.get(0).data(), SECTOR)));
        writes.add(new Write(sectors - 1, Arrays.copyOf(writes.get(1).data(), SECTOR)));
        return writes;
    }

    /** What the disk has afterwards. */
    byte[] written() {
        byte[] image = image();
        for (Write write : writes()) {
            System.arraycopy(write.data(), 0, image, write.sector() * SECTOR, write.data().length);
        }
        return image;
    }
}
