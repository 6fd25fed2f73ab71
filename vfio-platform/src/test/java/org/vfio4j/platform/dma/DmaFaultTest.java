// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.invocation.InvocationOnMock;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.sim.Capability;
import org.vfio4j.platform.sim.Credentials;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.abi.DmaUnmapLayout;
import org.vfio4j.vfio.abi.IoasUnmapLayout;
import org.vfio4j.vfio.abi.IommufdIoctl;
import org.vfio4j.vfio.abi.VfioIoctl;

/** Every system call of opening a device and of a buffer's life fails in turn: a typed error, and nothing is left. */
@Timeout(120)
class DmaFaultTest {
    private static final Set<String> FAILING = Set.of("open", "close", "ioctl", "pread", "mmap", "munmap");
    private static final int PAGE = 4096;
    private static final int LIMIT = 8 * PAGE;
    private static final int HUGE_PAGES = 2;

    /** DMA without an IOMMU warns each time. */
    private static final Logger WARNINGS = Logger.getLogger(PlatformDevice.class.getPackageName());

    /** Its limit is what the buffers need, so that pages which stay locked are noticed. */
    private final SimulatedBoard board = DmaBoard.builder()
            .credentials(Credentials.root().without(Capability.CAP_IPC_LOCK))
            .lockedMemoryLimit(LIMIT)
            .hugePages(HUGE_PAGES)
            .build();

    private final Thread tester = Thread.currentThread();
    private final List<String> calls = new ArrayList<>();
    private final LinuxSyscalls faulty =
            mock(LinuxSyscalls.class, withSettings().stubOnly().defaultAnswer(this::answer));
    private Predicate<String> fails = name -> false;
    private Errno error;
    /** What an unmapping is said to have unmapped; negative to leave the answer as it is. */
    private long unmapped = -1;

    @BeforeAll
    static void silenceWarnings() {
        WARNINGS.setLevel(Level.OFF);
    }

    @AfterAll
    static void letWarningsBeHeard() {
        WARNINGS.setLevel(null);
    }

    private Object answer(InvocationOnMock call) throws Throwable {
        String name = call.getMethod().getName();
        // The cleaner gives addresses back whenever it likes, in its own thread.
        boolean counted = FAILING.contains(name) && Thread.currentThread() == tester;
        boolean failing = counted && fails.test(name);
        if (counted) {
            calls.add(name);
        }
        Object failure = name.equals("mmap") ? (Object) (long) -number() : (Object) (-number());
        // close(2) that fails has closed all the same.
        if (failing && !name.equals("close")) {
            return failure;
        }
        try {
            Object result = call.getMethod().invoke(board.syscalls(), call.getArguments());
            if (unmapped >= 0 && name.equals("ioctl") && call.getArgument(2) instanceof ByteBuffer argument) {
                int request = call.getArgument(1);
                if (request == VfioIoctl.VFIO_IOMMU_UNMAP_DMA) {
                    argument.putLong(DmaUnmapLayout.SIZE_AT, unmapped);
                } else if (request == IommufdIoctl.IOMMU_IOAS_UNMAP) {
                    argument.putLong(IoasUnmapLayout.LENGTH, unmapped);
                }
            }
            return failing ? failure : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int number() {
        return error == null ? 0 : error.number();
    }

    /** Every call of a device that is opened for DMA; buffers are closed by themselves and with the device. */
    private void live(DmaStack stack) throws Exception {
        if (stack == DmaStack.NOIOMMU) {
            liveWithoutIommu();
            return;
        }
        try (PlatformDevice net = DmaBoard.open(board, faulty, stack);
                DmaBuffer first = net.dma().allocate(3 * PAGE)) {
            first.put32(0, 1);
            try (DmaBuffer second = net.dma().allocate(DmaRequest.of(5 * PAGE))) {
                second.put32(0, 1);
            }
            net.dma().allocate(5 * PAGE);
        }
    }

    /** Memory is kept, so all of it counts until the device is closed. */
    private void liveWithoutIommu() throws Exception {
        try (PlatformDevice free = DmaBoard.open(board, faulty, DmaStack.NOIOMMU);
                DmaBuffer first = free.dma().allocate(3 * PAGE)) {
            first.put32(0, 1);
            free.dma().allocate(5 * PAGE).close();
            free.dma().allocate(DmaRequest.of(HUGE_PAGES * DmaPages.HUGE_PAGE).inHugePages());
        }
    }

    @ParameterizedTest
    @EnumSource(DmaStack.class)
    void eachCallThatFailsIsATypedErrorAndNothingIsLeft(DmaStack stack) throws Exception {
        live(stack);
        List<String> faultless = List.copyOf(calls);
        assertThat(faultless).contains("open", "ioctl", "mmap", "close").hasSizeGreaterThan(20);
        for (Errno with : List.of(
                Errno.EPERM,
                Errno.EACCES,
                Errno.EAGAIN,
                Errno.EIO,
                Errno.EBADF,
                Errno.ENOMEM,
                Errno.EFAULT,
                Errno.EBUSY,
                Errno.ENODEV,
                Errno.EINVAL,
                Errno.EMFILE,
                Errno.ENOTTY,
                Errno.ENOSPC,
                Errno.EEXIST,
                Errno.ENOENT)) {
            error = with;
            for (int i = 0; i < faultless.size(); i++) {
                int failing = i;
                String name = faultless.get(i);
                String what = stack + " call " + i + " (" + name + ") with " + with;
                calls.clear();
                fails = call -> calls.size() == failing;
                Throwable thrown = catchThrowable(() -> live(stack));
                fails = call -> false;
                assertTyped(thrown, name, with, what);
                assertThat(board.openDescriptors()).as(what).isEmpty();
                if (stack == DmaStack.NOIOMMU && name.equals("mmap")) {
                    // Memory that could not be replaced stays until nothing refers to the buffer.
                    awaitNoMappings();
                }
                live(stack);
            }
        }
    }

    private void awaitNoMappings() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!board.mappings().isEmpty() && System.nanoTime() < deadline) {
            System.gc();
            Thread.sleep(1);
        }
        assertThat(board.mappings()).isEmpty();
    }

    private static void assertTyped(Throwable thrown, String name, Errno with, String what) {
        if (thrown == null) {
            // What close(2) and munmap(2) say is of no use.
            assertThat(name).as(what).isIn("close", "munmap");
        } else if (thrown instanceof IllegalStateException) {
            assertThat(name).as(what).isEqualTo("close");
            assertThat(with).as(what).isEqualTo(Errno.EBADF);
        } else {
            Throwable refused = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
            assertThat(refused).as(what).isInstanceOfSatisfying(VfioException.class, typed -> {
                assertThat(typed.errno()).isEqualTo(with);
                assertThat(typed.step().call())
                        .contains(
                                switch (name) {
                                    case "ioctl" -> "_";
                                    default -> name;
                                });
                assertThat(typed.remedy()).isNotBlank();
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"TYPE1, 0, UNMAP_DMA", "TYPE1, 4096, UNMAP_DMA", "IOMMUFD, 0, IOAS_UNMAP", "IOMMUFD, 4096, IOAS_UNMAP"})
    void lessUnmappedThanWasMappedIsAnError(DmaStack stack, long said, Step step) throws Exception {
        try (PlatformDevice net = DmaBoard.open(board, faulty, stack)) {
            DmaBuffer buffer = net.dma().allocate(2 * PAGE);
            unmapped = said;
            assertThatThrownBy(buffer::close)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("may reach it")
                    .cause()
                    .isInstanceOfSatisfying(
                            KernelReplyException.class,
                            reply -> assertThat(reply.step()).isEqualTo(step))
                    .hasMessageContaining("0x" + Long.toHexString(said) + " bytes unmapped where 0x2000 were mapped");
            unmapped = -1;
            assertThat(buffer.isClosed()).isTrue();
            buffer.close();
            assertThat(net.dma().allocate(1).iova())
                    .as("the IOVA is not used again")
                    .isEqualTo(3 * PAGE);
        }
        assertThat(board.openDescriptors()).isEmpty();
        live(stack);
    }

    /** One buffer that the kernel does not give up is told of, and the others and the device are closed. */
    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void anUnmappingThatFailsDoesNotKeepTheRest(DmaStack stack) throws Exception {
        PlatformDevice net = DmaBoard.open(board, faulty, stack);
        List<DmaBuffer> buffers =
                List.of(net.dma().allocate(1), net.dma().allocate(1), net.dma().allocate(1));
        error = Errno.EIO;
        calls.clear();
        fails = name -> calls.isEmpty();
        assertThatThrownBy(net::close)
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOfSatisfying(VfioException.class, refused -> {
                    assertThat(refused.errno()).isEqualTo(Errno.EIO);
                    assertThat(refused.step()).isIn(Step.UNMAP_DMA, Step.IOAS_UNMAP);
                });
        fails = name -> false;
        assertThat(buffers).allMatch(DmaBuffer::isClosed);
        assertThat(board.openDescriptors()).isEmpty();
        live(stack);
    }

    @ParameterizedTest
    @CsvSource({
        "ENOMEM, nr_hugepages",
        "EINVAL, CONFIG_HUGETLBFS",
        "ENOENT, CONFIG_HUGETLBFS",
    })
    void withoutHugePagesTheErrorSaysWhatToDo(Errno with, String remedy) throws Exception {
        try (PlatformDevice net = DmaBoard.open(board, faulty, DmaStack.TYPE1)) {
            Dma dma = net.dma();
            error = with;
            fails = name -> name.equals("mmap");
            assertThatThrownBy(() -> dma.allocate(DmaRequest.of(1).inHugePages()))
                    .isInstanceOfSatisfying(VfioException.class, refused -> {
                        assertThat(refused.step()).isEqualTo(Step.ALLOCATE_HUGE_PAGES);
                        assertThat(refused.errno()).isEqualTo(with);
                        assertThat(refused.remedy()).contains(remedy);
                        assertThat(refused.subject()).isEqualTo("of 0x200000 bytes for " + DmaBoard.NET);
                    });
            fails = name -> false;
            assertThat(dma.allocate(1).iova()).isEqualTo(PAGE);
        }
    }

    /** What is refused before it is a buffer takes no memory, also for a while. */
    @ParameterizedTest
    @EnumSource(value = DmaStack.class, names = "NOIOMMU", mode = EnumSource.Mode.EXCLUDE)
    void aMappingThatIsRefusedLeavesNoMemory(DmaStack stack) throws Exception {
        try (PlatformDevice net = DmaBoard.open(board, faulty, stack)) {
            Dma dma = net.dma();
            Map<Integer, String> open = board.openDescriptors();
            assertThatThrownBy(() -> dma.allocate(LIMIT + 1)).isInstanceOf(VfioException.class);
            assertThat(board.mappings()).isEmpty();
            assertThat(board.openDescriptors()).isEqualTo(open);
            assertThat(dma.allocate(LIMIT).iova()).isEqualTo(PAGE);
        }
    }
}
