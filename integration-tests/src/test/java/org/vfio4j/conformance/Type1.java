// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The calls to a container with the type1 backend, or to an iommufd that stands for one. */
final class Type1 {
    static final int READ = 1;
    static final int WRITE = 2;
    static final int BOTH = 3;
    static final int VADDR = 4;
    static final int ALL = 2;
    static final int BITMAP = 1;

    final int container;
    private final Calls calls;

    Type1(Calls calls, long type) {
        this(calls, calls.attach(LabDevice.SATA, type));
    }

    Type1(Calls calls, Calls.Attached attached) {
        this(calls, attached.container());
    }

    private Type1(Calls calls, int container) {
        this.calls = calls;
        this.container = container;
    }

    static Type1 of(Calls calls, Iommufd iommufd) {
        return new Type1(calls, iommufd.fd);
    }

    static ByteBuffer mapArgument(int argsz, int flags, long vaddr, long iova, long size) {
        return Calls.words(64, argsz, flags).putLong(8, vaddr).putLong(16, iova).putLong(24, size);
    }

    static ByteBuffer unmapArgument(int argsz, int flags, long iova, long size) {
        return Calls.words(64, argsz, flags).putLong(8, iova).putLong(16, size);
    }

    String map(int flags, long vaddr, long iova, long size) {
        return calls.ioctl(container, VfioIoctl.VFIO_IOMMU_MAP_DMA, mapArgument(32, flags, vaddr, iova, size));
    }

    void mustMap(long vaddr, long iova, long size) {
        assertThat(map(BOTH, vaddr, iova, size)).as("map %#x", iova).isEqualTo("ok");
    }

    /** What it says, and where that is ok how many bytes were unmapped. */
    String unmap(int flags, long iova, long size) {
        ByteBuffer argument = unmapArgument(24, flags, iova, size);
        String said = unmap(argument);
        return said.equals("ok") ? "0x" + Long.toHexString(argument.getLong(16)) : said;
    }

    /** What it says, and whatever that is the size afterwards in pages. */
    String unmapPages(int flags, long iova, long size) {
        ByteBuffer argument = unmapArgument(24, flags, iova, size);
        String said = unmap(argument);
        return said + " " + argument.getLong(16) / calls.linux.pageSize();
    }

    private String unmap(ByteBuffer argument) {
        return calls.ioctl(container, VfioIoctl.VFIO_IOMMU_UNMAP_DMA, argument);
    }
}
