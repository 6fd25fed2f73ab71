// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IommuFd;
import org.vfio4j.vfio.VfioException;

/** Who may use an iommufd and how much memory it locks; what all users see of it is in the conformance suite. */
@Timeout(60)
class IommufdTest {
    private static final String UART_FILE = "/dev/vfio/devices/vfio0";
    private static final long PAGE = 4096;

    private final SimulatedBoard board = SmallTree.builder()
            .unsafeInterrupts(true)
            .bound(SmallTree.UART, SmallTree.FLASH)
            .build();
    private final LinuxSyscalls linux = board.syscalls();

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VfioException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private long pages(int count) {
        return linux.mmap(0, count * PAGE, 3, LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS, -1, 0);
    }

    private Ioas attached(IommuFd iommufd) throws Exception {
        Device device = iommufd.openDevice(UART_FILE);
        Ioas ioas = iommufd.allocateIoas();
        ioas.attach(device);
        return ioas;
    }

    private void limitTo(int pages) {
        board.setCredentials(Credentials.root().without(Capability.CAP_IPC_LOCK));
        board.setLockedMemoryLimit(pages * PAGE);
    }

    /** incr_user_locked_vm and its counterpart in drivers/iommu/iommufd/pages.c. */
    @Test
    void aPageIsLockedOnceHoweverOftenItIsMapped() throws Exception {
        limitTo(4);
        try (IommuFd iommufd = IommuFd.open(linux)) {
            Ioas ioas = attached(iommufd);
            long memory = pages(8);
            assertErrno(Errno.ENOMEM, () -> ioas.map(0, memory, 5 * PAGE, DmaAccess.READ));
            ioas.map(0, memory, 4 * PAGE, DmaAccess.READ);
            ioas.copy(16 * PAGE, ioas, 0, 4 * PAGE, DmaAccess.READ);
            assertErrno(Errno.ENOMEM, () -> ioas.map(64 * PAGE, memory, PAGE, DmaAccess.READ));
            ioas.unmap(0, 4 * PAGE);
            assertErrno(Errno.ENOMEM, () -> ioas.map(64 * PAGE, memory, PAGE, DmaAccess.READ));
            ioas.unmap(16 * PAGE, 4 * PAGE);
            ioas.map(64 * PAGE, memory, 4 * PAGE, DmaAccess.READ);
        }
    }

    @Test
    void memoryIsLockedWhileADeviceIsAttached() throws Exception {
        limitTo(4);
        try (IommuFd iommufd = IommuFd.open(linux)) {
            Ioas ioas = iommufd.allocateIoas();
            ioas.map(0, pages(8), 8 * PAGE, DmaAccess.READ);
            Device device = iommufd.openDevice(UART_FILE);
            assertErrno(Errno.ENOMEM, () -> ioas.attach(device));
            ioas.unmapAll();
            ioas.map(0, pages(4), 4 * PAGE, DmaAccess.READ);
            ioas.attach(device);
            Ioas other = iommufd.allocateIoas();
            other.map(0, pages(4), 4 * PAGE, DmaAccess.READ);
            assertErrno(Errno.ENOMEM, () -> other.attach(device));
            Ioas.detach(device);
            other.attach(device);
        }
    }

    @Test
    void theProcessIsCountedApartFromTheUser() throws Exception {
        limitTo(4);
        try (IommuFd first = IommuFd.open(linux);
                IommuFd second = IommuFd.open(linux)) {
            second.countLockedMemoryForProcess(true);
            Ioas ofUser = attached(first);
            ofUser.map(0, pages(4), 4 * PAGE, DmaAccess.READ);
            Device flash = second.openDevice("/dev/vfio/devices/vfio1");
            Ioas ofProcess = second.allocateIoas();
            ofProcess.attach(flash);
            ofProcess.map(0, pages(4), 4 * PAGE, DmaAccess.READ);
            assertErrno(Errno.ENOMEM, () -> ofProcess.map(16 * PAGE, pages(1), PAGE, DmaAccess.READ));
        }
    }

    /** iopt_alloc_pages asks when the memory is mapped. */
    @Test
    void whoMayLockAnythingIsNotCounted() throws Exception {
        board.setLockedMemoryLimit(PAGE);
        try (IommuFd iommufd = IommuFd.open(linux)) {
            Ioas ioas = attached(iommufd);
            ioas.map(0, pages(4), 4 * PAGE, DmaAccess.READ);
            limitTo(1);
            ioas.map(16 * PAGE, pages(1), PAGE, DmaAccess.READ);
            ioas.unmapAll();
        }
    }

    @Test
    void theNodesAreRoots() {
        board.setCredentials(Credentials.user(1000, 1000));
        assertErrno(Errno.EACCES, () -> IommuFd.open(linux));
        assertThat(linux.open(UART_FILE, LinuxSyscalls.O_RDWR)).isEqualTo(-Errno.EACCES.number());
        board.setCredentials(Credentials.user(1000, 0));
        try (IommuFd ofGroup = IommuFd.open(linux)) {
            assertErrno(Errno.EACCES, () -> ofGroup.openDevice(UART_FILE));
        } catch (VfioException refused) {
            throw new AssertionError("/dev/iommu is 0660", refused);
        }
    }

    @Test
    void onlyWhoMayChangeLimitsChoosesHowIsCounted() throws Exception {
        try (IommuFd iommufd = IommuFd.open(linux)) {
            board.setCredentials(Credentials.root().without(Capability.CAP_SYS_RESOURCE));
            assertErrno(Errno.EPERM, () -> iommufd.countLockedMemoryForProcess(true));
        }
    }

    @Test
    void aKernelWithoutIommufdHasNoFilesForIt() throws Exception {
        SimulatedBoard without =
                SmallTree.builder().iommufd(false).bound(SmallTree.UART).build();
        assertErrno(Errno.ENOENT, () -> IommuFd.open(without.syscalls()));
        assertThat(without.files().list(Path.of("/dev"))).containsExactly("kvm", "vfio");
        assertThat(without.files().list(Path.of("/dev/vfio"))).containsExactly("0", "vfio");
        assertThat(without.files().list(Path.of("/sys/bus/platform/devices", SmallTree.UART, "vfio-dev/vfio0")))
                .doesNotContain("dev");
        assertThat(without.files().exists(Path.of("/sys/module/iommufd"))).isFalse();
    }

    /** vfio_unregister_group_dev waits until nobody has the device open, be it bound or not. */
    @Test
    void unbindingTheDriverWaitsForTheDeviceFile() throws Exception {
        int cdev = linux.open(UART_FILE, LinuxSyscalls.O_RDWR);
        CompletableFuture<Void> unbinding = CompletableFuture.runAsync(() -> {
            try {
                board.files()
                        .write(
                                Path.of("/sys/bus/platform/drivers/vfio-platform/unbind"),
                                SmallTree.UART.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> unbinding.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(linux.open(UART_FILE, LinuxSyscalls.O_RDWR))
                .as("nobody new can come")
                .isEqualTo(-Errno.ENOENT.number());
        linux.close(cdev);
        unbinding.get(30, TimeUnit.SECONDS);
    }
}
