// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Iommufd.FIXED;
import static org.vfio4j.conformance.Iommufd.READABLE;
import static org.vfio4j.conformance.Iommufd.WRITEABLE;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.conformance.Iommufd.Range;
import org.vfio4j.conformance.Iommufd.Ranges;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.IommufdIoctl;
import org.vfio4j.vfio.abi.VfioIoctl;

/** A device that is attached to an IOAS, and what that makes of the IOAS (drivers/iommu/iommufd/device.c). */
class CdevAttachTest extends ConformanceTest {
    private static final Range LOW = new Range(0, 0x7ff_ffff);
    private static final Range HIGH = new Range(0x810_0000, 0xffff_ffff_ffffL);

    private final long page = world.linux().pageSize();
    private final Iommufd iommufd = new Iommufd(calls);
    private final Cdev sata = Cdev.bound(calls, sysfs, LabDevice.SATA, iommufd);
    private final int ioas = iommufd.alloc();

    @Test
    void attachingMakesAPageTableWithAnId() {
        assertThat(sata.attach(ioas)).isEqualTo("3");
        assertThat(iommufd.alloc()).isEqualTo(4);
        assertThat(iommufd.destroy(3)).as("the page table").isEqualTo("EBUSY");
        assertThat(iommufd.destroy(ioas)).isEqualTo("EBUSY");
        assertThat(iommufd.destroy(1)).as("the device").isEqualTo("EBUSY");
        assertThat(sata.detach()).isEqualTo("ok");
        assertThat(iommufd.destroy(3)).as("gone with the attachment").isEqualTo("ENOENT");
        assertThat(iommufd.destroy(ioas)).isEqualTo("ok");
    }

    @Test
    void detachingTwiceIsAllowed() {
        assertThat(sata.detach()).as("not attached").isEqualTo("ok");
        sata.attach(ioas);
        assertThat(sata.detach()).isEqualTo("ok");
        assertThat(sata.detach()).isEqualTo("ok");
        assertThat(sata.attach(ioas)).isEqualTo("3");
    }

    @Test
    void closingTheDeviceDetachesIt() {
        sata.attach(ioas);
        calls.close(sata.fd);
        assertThat(iommufd.destroy(3)).isEqualTo("ENOENT");
        assertThat(iommufd.destroy(1)).isEqualTo("ENOENT");
        assertThat(iommufd.destroy(ioas)).isEqualTo("ok");
    }

    @Test
    void onlyAnIoasOrAPageTableCanBeAttachedTo() {
        assertThat(sata.attach(0)).isEqualTo("ENOENT");
        assertThat(sata.attach(99)).isEqualTo("ENOENT");
        assertThat(sata.attach(-1)).isEqualTo("ENOENT");
        assertThat(sata.attach(1)).as("a device").isEqualTo("EINVAL");
        assertThat(sata.attach(ioas)).isEqualTo("3");
        assertThat(sata.attach(99)).as("it stays where it is").isEqualTo("ENOENT");
        assertThat(iommufd.destroy(ioas)).isEqualTo("EBUSY");
    }

    @ParameterizedTest
    @CsvSource({"11, 0, EINVAL", "12, 2, EINVAL", "12, 0x80000000, EINVAL", "16, 0, ok", "12, 0, ok"})
    void theStructureOfAttach(int argsz, String flags, String expected) {
        assertThat(calls.ioctl(
                        sata.fd,
                        VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT,
                        Calls.words(16, argsz, Long.decode(flags).intValue(), ioas)))
                .isEqualTo(expected);
        assertThat(calls.ioctl(sata.fd, VfioIoctl.VFIO_DEVICE_ATTACH_IOMMUFD_PT, 0L))
                .isEqualTo("EFAULT");
    }

    @ParameterizedTest
    @CsvSource({"7, 0, EINVAL", "8, 2, EINVAL", "12, 0, ok", "8, 0, ok"})
    void theStructureOfDetach(int argsz, int flags, String expected) {
        assertThat(calls.ioctl(sata.fd, VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT, Calls.words(16, argsz, flags)))
                .isEqualTo(expected);
        assertThat(calls.ioctl(sata.fd, VfioIoctl.VFIO_DEVICE_DETACH_IOMMUFD_PT, 0L))
                .isEqualTo("EFAULT");
    }

    @Test
    void theSmmuNarrowsTheRanges() {
        sata.attach(ioas);
        Ranges ranges = iommufd.ranges(ioas, 16);
        assertThat(ranges.said()).isEqualTo("ok");
        assertThat(ranges.alignment()).isEqualTo(page);
        assertThat(ranges.written()).containsExactly(LOW, HIGH);
        Ranges one = iommufd.ranges(ioas, 1);
        assertThat(one.said()).isEqualTo("EMSGSIZE");
        assertThat(one.count()).isEqualTo(2);
        assertThat(one.written()).as("what there is room for").containsExactly(LOW);
        sata.detach();
        assertThat(iommufd.ranges(ioas, 16).written()).containsExactly(new Range(0, -1));
        assertThat(iommufd.ranges(ioas, 16).alignment()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        // IOVA, length in pages
        "0x0, 1, ok",
        "0x7fff000, 1, ok",
        "0x7fff000, 2, EINVAL",
        "0x8000000, 1, EINVAL",
        "0x80ff000, 1, EINVAL",
        "0x8100000, 1, ok",
        "0xfffffffff000, 1, ok",
        "0xfffffffff000, 2, EINVAL",
        "0x1000000000000, 1, EINVAL",
        "0x800, 1, EINVAL"
    })
    void whereAMappingCanBe(String iova, long pages, String expected) {
        sata.attach(ioas);
        assertThat(iommufd.map(ioas, calls.pages(2), pages * page, Long.decode(iova)))
                .isEqualTo(expected);
    }

    @Test
    void theMemoryMustBeThere() {
        sata.attach(ioas);
        long memory = calls.pages(2);
        assertThat(iommufd.map(ioas, page, page, 16 * page)).as("nothing there").isEqualTo("EFAULT");
        assertThat(iommufd.map(ioas, memory, page / 2, 16 * page))
                .as("half a page")
                .isEqualTo("EINVAL");
        assertThat(iommufd.map(ioas, memory + 0x800, page, 16 * page))
                .as("from the middle of one")
                .isEqualTo("EINVAL");
        assertThat(iommufd.unmap(ioas, 0, -1)).as("nothing is left of it").isEqualTo("0x0");
        assertThat(iommufd.map(ioas, memory, page, 16 * page)).isEqualTo("ok");
    }

    @Test
    void aDeviceMayNotWriteWhatTheProcessMayNot() {
        sata.attach(ioas);
        LinuxSyscalls linux = world.linux();
        long memory = linux.mmap(
                0, page, LinuxSyscalls.PROT_READ, LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS, -1, 0);
        assertThat(iommufd.map(FIXED | READABLE, ioas, memory, page, 16 * page)).isEqualTo("ok");
        assertThat(iommufd.map(FIXED | WRITEABLE, ioas, memory, page, 32 * page))
                .isEqualTo("EFAULT");
        linux.munmap(memory, page);
    }

    /** Other than type1, iommufd takes memory only. */
    @Test
    void registersCannotBeMapped() {
        sata.attach(ioas);
        Cdev crypto = Cdev.bound(calls, sysfs, LabDevice.CRYPTO, iommufd);
        long registers = world.linux().mmap(0, page, 3, LinuxSyscalls.MAP_SHARED, crypto.fd, 0);
        assertThat(Calls.said(registers)).isEqualTo("ok");
        assertThat(iommufd.map(ioas, registers, page, 16 * page)).isEqualTo("EFAULT");
        world.linux().munmap(registers, page);
    }

    @Test
    void aChosenAddressAvoidsReservedRanges() {
        sata.attach(ioas);
        assertThat(iommufd.allow(ioas, new Range(0x7fff000, 0x8100fff))).isEqualTo("EADDRINUSE");
        assertThat(iommufd.allow(ioas, new Range(0x7fff000, 0x7ffffff), new Range(0x8100000, 0x8100fff)))
                .isEqualTo("ok");
        long memory = calls.pages(1);
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x7fff000");
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("0x8100000");
        assertThat(iommufd.mapAnywhere(ioas, memory, page)).isEqualTo("ENOSPC");
        assertThat(iommufd.mapAnywhere(ioas, memory + 1, page))
                .as("not of a page")
                .isEqualTo("EINVAL");
    }

    @Test
    void theMappingsMustSuitADeviceThatIsAttachedLater() {
        long memory = calls.pages(1);
        iommufd.map(ioas, memory, page, 0x8000000);
        assertThat(sata.attach(ioas)).as("in the window of interrupts").isEqualTo("EADDRINUSE");
        iommufd.unmap(ioas, 0, -1);
        iommufd.map(ioas, memory, page, 1L << 48);
        assertThat(sata.attach(ioas)).as("out of reach").isEqualTo("EADDRINUSE");
        iommufd.unmap(ioas, 0, -1);
        iommufd.map(ioas, memory, 16, 0);
        assertThat(sata.attach(ioas)).as("not of pages").isEqualTo("EADDRINUSE");
        iommufd.unmap(ioas, 0, -1);
        iommufd.map(ioas, page, page, 0);
        assertThat(sata.attach(ioas)).as("no memory").isEqualTo("EFAULT");
        iommufd.unmap(ioas, 0, -1);
        iommufd.allow(ioas, new Range(0, 0x8000000));
        assertThat(sata.attach(ioas)).as("allowed where it is reserved").isEqualTo("EADDRINUSE");
        iommufd.allow(ioas);
        iommufd.map(ioas, memory, page, 0);
        assertThat(iommufd.ranges(ioas, 1).written())
                .as("nothing is left of the attempts")
                .containsExactly(new Range(0, -1));
        assertThat(sata.attach(ioas)).isEqualTo("3");
        assertThat(iommufd.unmap(ioas, 0, page)).isEqualTo("0x" + Long.toHexString(page));
    }

    @Test
    void mappingsOutliveTheAttachment() {
        sata.attach(ioas);
        iommufd.map(ioas, calls.pages(2), 2 * page, 16 * page);
        sata.detach();
        assertThat(iommufd.map(ioas, calls.pages(1), page, 17 * page)).isEqualTo("EEXIST");
        assertThat(sata.attach(ioas)).isEqualTo("3");
        assertThat(iommufd.unmap(ioas, 16 * page, 2 * page)).isEqualTo("0x" + Long.toHexString(2 * page));
    }

    @Test
    void devicesShareThePageTableOfAnIoas() {
        assertThat(sata.attach(ioas)).isEqualTo("3");
        Cdev crypto = Cdev.bound(calls, sysfs, LabDevice.CRYPTO, iommufd);
        assertThat(crypto.attach(ioas)).as("4 is the device itself").isEqualTo("3");
        assertThat(sata.detach()).isEqualTo("ok");
        assertThat(iommufd.ranges(ioas, 16).written()).containsExactly(LOW, HIGH);
        assertThat(crypto.detach()).isEqualTo("ok");
        assertThat(iommufd.destroy(3)).isEqualTo("ENOENT");
    }

    @Test
    void attachingAgainMovesTheDevice() {
        assertThat(sata.attach(ioas)).isEqualTo("3");
        assertThat(sata.attach(ioas)).as("where it is").isEqualTo("3");
        int other = iommufd.alloc();
        assertThat(sata.attach(other)).isEqualTo("5");
        assertThat(iommufd.destroy(3)).as("nobody is there any more").isEqualTo("ENOENT");
        assertThat(iommufd.ranges(ioas, 16).written()).containsExactly(new Range(0, -1));
        assertThat(iommufd.ranges(other, 16).written()).containsExactly(LOW, HIGH);
        assertThat(sata.attach(5)).as("the page table itself").isEqualTo("5");
        assertThat(iommufd.destroy(ioas)).isEqualTo("ok");
    }

    @Test
    void aMoveThatFailsChangesNothing() {
        sata.attach(ioas);
        int other = iommufd.alloc();
        iommufd.map(other, calls.pages(1), page, 0x8000000);
        assertThat(sata.attach(other)).isEqualTo("EADDRINUSE");
        assertThat(iommufd.ranges(ioas, 16).written()).containsExactly(LOW, HIGH);
        assertThat(iommufd.ranges(other, 16).written()).containsExactly(new Range(0, -1));
        assertThat(iommufd.ranges(other, 16).alignment()).isEqualTo(1);
        assertThat(iommufd.destroy(other)).isEqualTo("ok");
    }

    @Test
    void anIommufdAsContainerShowsTheRangesOfTheSmmu() {
        sata.attach(ioas);
        iommufd.vfioIoas(1, ioas);
        ByteBuffer info = Calls.words(128, 128);
        assertThat(iommufd.ioctl(VfioIoctl.VFIO_IOMMU_GET_INFO, info)).isEqualTo("ok");
        assertThat(info.getInt(0)).isEqualTo(24 + 16 + 16 + 2 * 16);
        assertThat(info.getLong(8)).as("page sizes").isEqualTo(0x40201000L);
        assertThat(info.getInt(48)).as("ranges").isEqualTo(2);
        assertThat(world.linux().ioctl(iommufd.fd, VfioIoctl.VFIO_CHECK_EXTENSION, 4L))
                .as("an SMMU does not enforce coherence")
                .isZero();
        assertThat(iommufd.ioctl(
                        VfioIoctl.VFIO_IOMMU_MAP_DMA, Type1.mapArgument(32, 0, calls.pages(1), 16 * page, page)))
                .as("neither read nor write")
                .isEqualTo("EINVAL");
    }

    @Test
    void largePagesCannotBeTakenAwayUnderMappings() {
        sata.attach(ioas);
        assertThat(iommufd.option(1, Iommufd.SET, ioas, 0)).isEqualTo("0");
        assertThat(iommufd.option(1, Iommufd.SET, ioas, 1)).isEqualTo("1");
        iommufd.map(ioas, calls.pages(1), page, 0);
        assertThat(iommufd.option(1, Iommufd.SET, ioas, 0)).isEqualTo("EINVAL");
    }

    private String allocTable(int flags, int device, int parent) {
        ByteBuffer argument = Calls.words(48, 48, flags, device, parent);
        String said = iommufd.ioctl(IommufdIoctl.IOMMU_HWPT_ALLOC, argument);
        return said.equals("ok") ? Integer.toString(argument.getInt(16)) : said;
    }

    @Test
    void aPageTableCanBeMadeBeforehand() {
        assertThat(allocTable(0, 1, ioas)).isEqualTo("3");
        assertThat(iommufd.ranges(ioas, 16).written())
                .as("only the device brings the window of interrupts")
                .containsExactly(new Range(0, 0xffff_ffff_ffffL));
        assertThat(sata.attach(ioas)).as("it is not chosen").isEqualTo("4");
        assertThat(sata.attach(3)).isEqualTo("3");
        assertThat(iommufd.destroy(4)).isEqualTo("ENOENT");
        assertThat(iommufd.destroy(3)).isEqualTo("EBUSY");
        sata.detach();
        assertThat(iommufd.destroy(3)).as("it stays until it is destroyed").isEqualTo("ok");
    }

    @Test
    void whatAPageTableIsMadeOf() {
        assertThat(allocTable(0, ioas, ioas)).as("no device").isEqualTo("ENOENT");
        assertThat(allocTable(0, 99, ioas)).isEqualTo("ENOENT");
        assertThat(allocTable(0, 1, 99)).as("no IOAS").isEqualTo("EINVAL");
        assertThat(allocTable(0, 1, 1)).as("a device").isEqualTo("EINVAL");
        assertThat(allocTable(0x80, 1, ioas)).as("an unknown flag").isEqualTo("EOPNOTSUPP");
        assertThat(allocTable(2, 1, ioas)).as("dirty tracking").isEqualTo("EOPNOTSUPP");
        ByteBuffer withData = Calls.words(48, 48, 0, 1, ioas).putInt(28, 16);
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_HWPT_ALLOC, withData))
                .as("data without a type")
                .isEqualTo("EINVAL");
        ByteBuffer reserved = Calls.words(48, 48, 0, 1, ioas, 0, 1);
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_HWPT_ALLOC, reserved)).isEqualTo("EOPNOTSUPP");
    }

    @Test
    void anSmmuSaysNothingOfItself() {
        ByteBuffer data = Calls.memory(16);
        data.putLong(0, -1).putLong(8, -1);
        ByteBuffer info =
                Calls.words(40, 40, 0, 1, 16).putLong(16, world.linux().addressOf(data));
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_GET_HW_INFO, info)).isEqualTo("ok");
        assertThat(info.getInt(12)).as("data_len").isZero();
        assertThat(info.getInt(24)).as("type").isZero();
        assertThat(info.getLong(32)).as("capabilities").isZero();
        assertThat(data.getLong(0)).as("the rest is cleared").isZero();
        assertThat(data.getLong(8)).isZero();
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_GET_HW_INFO, Calls.words(40, 40, 0, ioas)))
                .as("an IOAS")
                .isEqualTo("ENOENT");
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_GET_HW_INFO, Calls.words(40, 40, 1, 1)))
                .as("a flag")
                .isEqualTo("EOPNOTSUPP");
    }

    @Test
    void anSmmuDoesNotTrackWhatIsWritten() {
        int table = Integer.parseInt(allocTable(0, 1, ioas));
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_HWPT_SET_DIRTY_TRACKING, Calls.words(16, 16, 1, table)))
                .isEqualTo("EOPNOTSUPP");
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_HWPT_SET_DIRTY_TRACKING, Calls.words(16, 16, 0, 99)))
                .isEqualTo("ENOENT");
        assertThat(iommufd.ioctl(IommufdIoctl.IOMMU_HWPT_SET_DIRTY_TRACKING, Calls.words(16, 16, 0, ioas)))
                .isEqualTo("ENOENT");
    }
}
