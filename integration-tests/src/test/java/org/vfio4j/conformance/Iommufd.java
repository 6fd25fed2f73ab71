// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.vfio.abi.IommufdIoctl;

/** The calls to an open /dev/iommu. */
final class Iommufd {
    static final String PATH = "/dev/iommu";
    static final int FIXED = 1;
    static final int WRITEABLE = 2;
    static final int READABLE = 4;
    /** Fixed, readable and writeable. */
    static final int ALL = 7;

    static final int GET = 1;
    static final int SET = 0;

    final int fd;
    private final Calls calls;

    Iommufd(Calls calls) {
        this.calls = calls;
        this.fd = calls.mustOpen(PATH);
    }

    String ioctl(int request, ByteBuffer argument) {
        return calls.ioctl(fd, request, argument);
    }

    String destroy(int id) {
        return ioctl(IommufdIoctl.IOMMU_DESTROY, Calls.words(8, 8, id));
    }

    int alloc() {
        ByteBuffer argument = Calls.words(12, 12);
        assertThat(ioctl(IommufdIoctl.IOMMU_IOAS_ALLOC, argument))
                .as("IOAS_ALLOC")
                .isEqualTo("ok");
        return argument.getInt(8);
    }

    static ByteBuffer mapArgument(int flags, int ioas, long address, long length, long iova) {
        return Calls.words(40, 40, flags, ioas)
                .putLong(16, address)
                .putLong(24, length)
                .putLong(32, iova);
    }

    /** Maps at an address. */
    String map(int ioas, long address, long length, long iova) {
        return map(ALL, ioas, address, length, iova);
    }

    String map(int flags, int ioas, long address, long length, long iova) {
        return ioctl(IommufdIoctl.IOMMU_IOAS_MAP, mapArgument(flags, ioas, address, length, iova));
    }

    /** Maps where the kernel chooses; the address or what was said. */
    String mapAnywhere(int ioas, long address, long length) {
        ByteBuffer argument = mapArgument(READABLE | WRITEABLE, ioas, address, length, 0);
        String said = ioctl(IommufdIoctl.IOMMU_IOAS_MAP, argument);
        return said.equals("ok") ? "0x" + Long.toHexString(argument.getLong(32)) : said;
    }

    /** How many bytes were unmapped, or what was said. */
    String unmap(int ioas, long iova, long length) {
        ByteBuffer argument = Calls.words(24, 24, ioas).putLong(8, iova).putLong(16, length);
        String said = ioctl(IommufdIoctl.IOMMU_IOAS_UNMAP, argument);
        return said.equals("ok") ? "0x" + Long.toHexString(argument.getLong(16)) : said;
    }

    String copy(int flags, int to, long toIova, int from, long fromIova, long length) {
        return ioctl(
                IommufdIoctl.IOMMU_IOAS_COPY,
                Calls.words(40, 40, flags, to, from)
                        .putLong(16, length)
                        .putLong(24, toIova)
                        .putLong(32, fromIova));
    }

    /** A range of addresses, both ends inclusive. */
    record Range(long first, long last) {
        @Override
        public String toString() {
            return "0x" + Long.toHexString(first) + "-0x" + Long.toHexString(last);
        }
    }

    /** What IOVA_RANGES said. */
    record Ranges(String said, int count, long alignment, List<Range> written) {}

    /** Asks with room for some ranges; those not written are of two 0s. */
    Ranges ranges(int ioas, int room) {
        ByteBuffer array = Calls.memory(16 * 16);
        ByteBuffer argument = Calls.words(32, 32, ioas, room).putLong(16, calls.linux.addressOf(array));
        String said = ioctl(IommufdIoctl.IOMMU_IOAS_IOVA_RANGES, argument);
        List<Range> written = new ArrayList<>();
        for (int i = 0; i < 16 && array.getLong(16 * i + 8) != 0; i++) {
            written.add(new Range(array.getLong(16 * i), array.getLong(16 * i + 8)));
        }
        return new Ranges(said, argument.getInt(8), argument.getLong(24), written);
    }

    String allow(int ioas, Range... ranges) {
        ByteBuffer array = Calls.memory(16 * 16);
        for (int i = 0; i < ranges.length; i++) {
            array.putLong(16 * i, ranges[i].first()).putLong(16 * i + 8, ranges[i].last());
        }
        return ioctl(
                IommufdIoctl.IOMMU_IOAS_ALLOW_IOVAS,
                Calls.words(24, 24, ioas, ranges.length).putLong(16, calls.linux.addressOf(array)));
    }

    /** The value that an option has afterwards as the call shows it, or what was said. */
    String option(int option, int op, int object, long value) {
        ByteBuffer argument = Calls.words(24, 24, option, op, object).putLong(16, value);
        String said = ioctl(IommufdIoctl.IOMMU_OPTION, argument);
        return said.equals("ok") ? Long.toString(argument.getLong(16)) : said;
    }

    /** The id afterwards, or what was said. */
    String vfioIoas(int op, int id) {
        ByteBuffer argument = Calls.words(12, 12, id, op);
        String said = ioctl(IommufdIoctl.IOMMU_VFIO_IOAS, argument);
        return said.equals("ok") ? Integer.toString(argument.getInt(4)) : said;
    }
}
