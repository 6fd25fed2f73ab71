// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.abi.VfioFlags;

/** A region on a file of this machine: real mmap, real pread, memory for registers. */
final class MachineRegion {
    private MachineRegion() {}

    static Region of(Path file, Access access) throws IOException {
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        int fd = linux.open(file.toString(), LinuxSyscalls.O_RDWR | LinuxSyscalls.O_CLOEXEC);
        if (fd < 0) {
            throw new IOException("open " + file + ": " + fd);
        }
        FileDescriptor device =
                FileDescriptor.owning(linux, fd, file.getFileName().toString());
        Region region = Region.open(device, info(Files.size(file)), ByteOrder.LITTLE_ENDIAN, mappable(), access);
        if (access != Access.TRAPPED) {
            // A mapping does not need its descriptor any more.
            device.close();
        }
        return region;
    }

    static RegionInfo info(long size) {
        int flags = VfioFlags.VFIO_REGION_INFO_FLAG_READ
                | VfioFlags.VFIO_REGION_INFO_FLAG_WRITE
                | VfioFlags.VFIO_REGION_INFO_FLAG_MMAP;
        return new RegionInfo(0, flags, size, 0, List.of());
    }

    static RegionAccess mappable() {
        return new RegionAccess(RegionAccess.Kind.MAPPED, "memory");
    }
}
