// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Iommufd.GET;
import static org.vfio4j.conformance.Iommufd.SET;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.abi.IommufdIoctl;

/** /dev/iommu without a device: its objects, structures and options (drivers/iommu/iommufd/main.c and ioas.c). */
class IommufdTest extends ConformanceTest {
    private static final int RLIMIT_MODE = 0;
    private static final int HUGE_PAGES = 1;

    private final Iommufd iommufd = new Iommufd(calls);

    @Test
    void everyOpenHasItsOwnObjects() {
        assertThat(iommufd.alloc()).isEqualTo(1);
        assertThat(new Iommufd(calls).alloc()).isEqualTo(1);
    }

    @Test
    void anObjectHasTheLowestFreeId() {
        assertThat(iommufd.alloc()).isEqualTo(1);
        assertThat(iommufd.alloc()).isEqualTo(2);
        assertThat(iommufd.alloc()).isEqualTo(3);
        assertThat(iommufd.destroy(2)).isEqualTo("ok");
        assertThat(iommufd.alloc()).isEqualTo(2);
        assertThat(iommufd.alloc()).isEqualTo(4);
    }

    @Test
    void onlyWhatIsThereCanBeDestroyed() {
        int id = iommufd.alloc();
        for (int absent : new int[] {0, 2, -1, Integer.MAX_VALUE}) {
            assertThat(iommufd.destroy(absent)).as("%d", absent).isEqualTo("ENOENT");
        }
        assertThat(iommufd.destroy(id)).isEqualTo("ok");
        assertThat(iommufd.destroy(id)).as("again").isEqualTo("ENOENT");
    }

    @Test
    void allocTakesNoFlags() {
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_ALLOC, Calls.words(12, 12, 1)))
                .isEqualTo("EOPNOTSUPP");
        assertThat(iommufd.alloc()).as("nothing was made").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x3b7f, 0x3b90, 0x3bff, 0x3b67, 0x3b6b, 0x3b75, 0x1234})
    void otherNumbersAreUnknown(int request) {
        assertThat(iommufd.ioctl(request, Calls.words(64, 64))).isEqualTo("ENOTTY");
        assertThat(calls.ioctl(iommufd.fd, request, 0L))
                .as("whatever the argument is")
                .isEqualTo("ENOTTY");
    }

    /** The number is looked up without the type, and the structure's length is read before the type is compared. */
    @Test
    void aNumberOfAnotherTypeIsUnknown() {
        assertThat(iommufd.ioctl(0x81, Calls.words(12, 12))).isEqualTo("ENOTTY");
        assertThat(calls.ioctl(iommufd.fd, 0x81, 0L)).isEqualTo("EFAULT");
    }

    /** Every structure: its least and its full size, and what the call says to one that is all 0. */
    @ParameterizedTest
    @CsvSource({
        "0x3b80, 8, 8, ENOENT",
        "0x3b81, 12, 12, ok",
        "0x3b82, 24, 24, ENOENT",
        "0x3b83, 40, 40, EINVAL",
        "0x3b84, 32, 32, ENOENT",
        "0x3b85, 40, 40, EINVAL",
        "0x3b86, 24, 24, ENOENT",
        "0x3b87, 24, 24, ok",
        "0x3b88, 12, 12, ENODEV",
        "0x3b89, 24, 48, ENOENT",
        "0x3b8a, 32, 40, ENOENT",
        "0x3b8b, 16, 16, ENOENT",
        "0x3b8c, 48, 48, ENOENT"
    })
    void structuresGrowAtTheirEnd(String number, int minimum, int size, String expected) {
        int request = Integer.decode(number);
        assertThat(calls.ioctl(iommufd.fd, request, 0L)).as("NULL").isEqualTo("EFAULT");
        assertThat(iommufd.ioctl(request, Calls.words(size, 0))).as("no size").isEqualTo("EINVAL");
        assertThat(iommufd.ioctl(request, Calls.words(size, minimum - 1)))
                .as("too short")
                .isEqualTo("EINVAL");
        for (int extra = 1; extra <= 8; extra++) {
            ByteBuffer longer = Calls.words(64, size + extra).put(size + extra - 1, (byte) 0xff);
            assertThat(iommufd.ioctl(request, longer))
                    .as("something unknown at %d", size + extra - 1)
                    .isEqualTo("E2BIG");
        }
        assertThat(iommufd.ioctl(request, Calls.words(64, size + 8)))
                .as("longer by 8 bytes that are 0")
                .isEqualTo(expected);
        assertThat(new Iommufd(calls).ioctl(request, Calls.words(size, size))).isEqualTo(expected);
        assertThat(new Iommufd(calls).ioctl(request, Calls.words(size, minimum)))
                .as("the least")
                .isEqualTo(expected);
    }

    @Test
    void whatIsBehindTheStructureStaysAsItIs() {
        ByteBuffer argument = Calls.words(64, 32);
        argument.putInt(32, 0x12345678);
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_IOAS_ALLOC, argument)).isEqualTo("ok");
        assertThat(argument.getInt(0)).isEqualTo(32);
        assertThat(argument.getInt(8)).isEqualTo(1);
        assertThat(argument.getInt(32)).isEqualTo(0x12345678);
    }

    @Test
    void lockedMemoryIsCountedForTheUserUntilThatIsChanged() {
        assertThat(iommufd.option(RLIMIT_MODE, GET, 0, 99)).isEqualTo("0");
        assertThat(iommufd.option(RLIMIT_MODE, SET, 0, 1)).isEqualTo("1");
        assertThat(iommufd.option(RLIMIT_MODE, SET, 0, 2)).isEqualTo("EINVAL");
        assertThat(iommufd.option(RLIMIT_MODE, GET, 0, 0)).isEqualTo("1");
        assertThat(iommufd.option(RLIMIT_MODE, SET, 0, 0)).isEqualTo("0");
        assertThat(iommufd.option(RLIMIT_MODE, GET, 0, 0)).isEqualTo("0");
    }

    @Test
    void theCountIsChosenBeforeThereAreObjects() {
        int id = iommufd.alloc();
        assertThat(iommufd.option(RLIMIT_MODE, SET, 0, 1)).isEqualTo("EBUSY");
        assertThat(iommufd.option(RLIMIT_MODE, SET, 0, 2))
                .as("before the value is looked at")
                .isEqualTo("EBUSY");
        assertThat(iommufd.option(RLIMIT_MODE, GET, 0, 0)).isEqualTo("0");
        iommufd.destroy(id);
        assertThat(iommufd.option(RLIMIT_MODE, SET, 0, 1)).isEqualTo("1");
    }

    @Test
    void theCountIsNotOfAnObject() {
        int id = iommufd.alloc();
        assertThat(iommufd.option(RLIMIT_MODE, GET, id, 0)).isEqualTo("EOPNOTSUPP");
        assertThat(iommufd.option(RLIMIT_MODE, SET, id, 1)).isEqualTo("EOPNOTSUPP");
    }

    @Test
    void largePagesAreOfAnIoas() {
        assertThat(iommufd.option(HUGE_PAGES, GET, 0, 0)).isEqualTo("ENOENT");
        int ioas = iommufd.alloc();
        assertThat(iommufd.option(HUGE_PAGES, GET, ioas, 0)).isEqualTo("1");
        assertThat(iommufd.option(HUGE_PAGES, SET, ioas, 0)).isEqualTo("0");
        assertThat(iommufd.option(HUGE_PAGES, GET, ioas, 9)).isEqualTo("0");
        assertThat(iommufd.option(HUGE_PAGES, SET, ioas, 2)).isEqualTo("EINVAL");
        assertThat(iommufd.option(HUGE_PAGES, SET, ioas, 1)).isEqualTo("1");
        assertThat(iommufd.option(HUGE_PAGES, GET, ioas, 0)).isEqualTo("1");
        assertThat(iommufd.option(HUGE_PAGES, GET, ioas + 1, 0)).isEqualTo("ENOENT");
    }

    @Test
    void withoutLargePagesMappingsAreOfWholePages() {
        int ioas = iommufd.alloc();
        assertThat(iommufd.ranges(ioas, 1).alignment()).isEqualTo(1);
        long memory = calls.pages(1);
        assertThat(iommufd.map(ioas, memory, 16, 16)).isEqualTo("ok");
        assertThat(iommufd.option(HUGE_PAGES, SET, ioas, 0)).isEqualTo("EADDRINUSE");
        assertThat(iommufd.unmap(ioas, 16, 16)).isEqualTo("0x10");
        assertThat(iommufd.option(HUGE_PAGES, SET, ioas, 0)).isEqualTo("0");
        assertThat(iommufd.ranges(ioas, 1).alignment()).isEqualTo(world.linux().pageSize());
        assertThat(iommufd.map(ioas, memory, 16, 16)).isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({"2, 0, 0", "2, 1, 0", "0, 2, 0", "1, 2, 1", "0, 0x10001, 0", "1, 0x10001, 1"})
    void unknownOptionsAndOperations(int option, String op, int object) {
        iommufd.alloc();
        assertThat(iommufd.option(option, Integer.decode(op), object, 0)).isEqualTo("EOPNOTSUPP");
    }

    @Test
    void readWriteAndMmapAreNotThere() {
        assertThat(Calls.said(world.linux().read(iommufd.fd, Calls.memory(8)))).isEqualTo("EINVAL");
        assertThat(Calls.said(world.linux().write(iommufd.fd, Calls.memory(8)))).isEqualTo("EINVAL");
        assertThat(Calls.said(world.linux().mmap(0, world.linux().pageSize(), 3, 1, iommufd.fd, 0)))
                .isEqualTo("ENODEV");
    }
}
