// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vfio4j.linux.LinuxSyscalls;

/** What {@link CompiledAccessTest} has compiled, in a JVM of its own. */
final class CompiledAccesses {
    private CompiledAccesses() {}

    static void discardedRead8(Region region) {
        region.read8(0x7c4);
    }

    static void discardedRead16(Region region) {
        region.read16(0x7c4);
    }

    static void discardedRead32(Region region) {
        region.read32(0x7c4);
    }

    static void discardedRead64(Region region) {
        region.read64(0x7c8);
    }

    static int sameReadTwice(Region region) {
        return region.read32(0x7c4) + region.read32(0x7c4);
    }

    static int adjacentReads(Region region) {
        return region.read32(0x7c4) + region.read32(0x7c8);
    }

    static int sameReadTwice8(Region region) {
        return region.read8(0x7c4) + region.read8(0x7c4);
    }

    static void oneWrite8(Region region) {
        region.write8(0x7c4, 1);
    }

    static void oneWrite16(Region region) {
        region.write16(0x7c4, 1);
    }

    static void oneWrite32(Region region) {
        region.write32(0x7c4, 1);
    }

    static void oneWrite64(Region region) {
        region.write64(0x7c8, 1);
    }

    static void sameWriteTwice(Region region) {
        region.write32(0x7c4, 1);
        region.write32(0x7c4, 1);
    }

    static void adjacentWrites(Region region) {
        region.write32(0x7c8, 1);
        region.write32(0x7cc, 2);
    }

    static void adjacentWrites8(Region region) {
        region.write8(0x7c4, 1);
        region.write8(0x7c5, 2);
    }

    static int writeThenRead(Region region) {
        region.write32(0x7c4, 5);
        return region.read32(0x7c4);
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Files.createTempFile("registers", "");
        try {
            Files.write(file, new byte[LinuxSyscalls.ofMachine().pageSize()]);
            try (Region region = MachineRegion.of(file, Access.MAPPED)) {
                for (int i = 0; i < 30_000; i++) {
                    all(region);
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void all(Region region) {
        discardedRead8(region);
        discardedRead16(region);
        discardedRead32(region);
        discardedRead64(region);
        sameReadTwice(region);
        sameReadTwice8(region);
        adjacentReads(region);
        oneWrite8(region);
        oneWrite16(region);
        oneWrite32(region);
        oneWrite64(region);
        sameWriteTwice(region);
        adjacentWrites(region);
        adjacentWrites8(region);
        writeThenRead(region);
    }
}
