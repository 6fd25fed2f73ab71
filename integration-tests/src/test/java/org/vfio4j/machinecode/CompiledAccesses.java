// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.machinecode;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegionFlag;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

/**
 * What is compiled, in a JVM of its own. The offsets 0x7c4 to 0x7cc occur in no other address, so an instruction with one
 * of them is an access.
 */
public final class CompiledAccesses {
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

    /**
     * Calls each method often enough to be compiled.
     *
     * @param arguments none
     * @throws IOException if a file cannot be made
     */
    public static void main(String[] arguments) throws IOException {
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        Path page = Files.createTempFile("registers", "");
        Files.write(page, new byte[linux.pageSize()]);
        int number = linux.open(page.toString(), LinuxSyscalls.O_RDWR);
        Files.delete(page);
        try (FileDescriptor file = FileDescriptor.owning(linux, number, "registers");
                Region region = mapped(file)) {
            for (int i = 0; i < 30_000; i++) {
                all(region);
            }
        }
    }

    private static Region mapped(FileDescriptor file) throws IOException {
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ
                | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE
                | VfioFlags.VFIO_REGION_INFO_FLAG_MMAP;
        int size = file.linux().pageSize();
        RegionAccess possible = RegionAccess.of(size, RegionFlag.of(flags), Optional.empty(), size);
        return Region.open(
                file, new RegionInfo(0, flags, size, 0, List.of()), ByteOrder.LITTLE_ENDIAN, possible, Access.MAPPED);
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
