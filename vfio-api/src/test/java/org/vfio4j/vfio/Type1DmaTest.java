// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_IOMMU_GET_INFO;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_IOMMU_MAP_DMA;
import static org.vfio4j.vfio.abi.VfioIoctl.VFIO_IOMMU_UNMAP_DMA;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;

/** What a container with type1 sends to the kernel for DMA, and what becomes of its answers. */
class Type1DmaTest {
    /** struct vfio_iommu_type1_info with DMA_AVAIL at 24 and two IOVA ranges at 40, as vfio_iommu_type1.c lays it out. */
    private static final int WHOLE = 40 + 16 + 2 * 16;

    private static final int IOVA_RANGE = 1;
    private static final int DMA_AVAIL = 3;

    private static void header(ByteBuffer info, int at, int id, int next) {
        info.putShort(at, (short) id).putShort(at + 2, (short) 1).putInt(at + 4, next);
    }

    private static int info(ByteBuffer info) {
        int argsz = info.getInt(0);
        info.putInt(0, Math.max(argsz, WHOLE)).putInt(4, 3).putLong(8, 0x4020_1000L);
        if (argsz >= WHOLE) {
            info.putInt(0, WHOLE).putInt(16, 24);
            header(info, 24, DMA_AVAIL, 40);
            info.putInt(32, -2);
            header(info, 40, IOVA_RANGE, 0);
            info.putInt(48, 2);
            info.putLong(56, 0).putLong(64, 0x7ff_ffff).putLong(72, 0x810_0000).putLong(80, 0xffff_ffff_ffffL);
        }
        return 0;
    }

    private static FakeVfio kernel() {
        FakeVfio linux = new FakeVfio();
        linux.structs.put(VFIO_IOMMU_GET_INFO, Type1DmaTest::info);
        linux.structs.put(VFIO_IOMMU_MAP_DMA, map -> 0);
        linux.structs.put(VFIO_IOMMU_UNMAP_DMA, unmap -> 0);
        return linux;
    }

    private static void useAll(FakeVfio linux) throws Exception {
        try (Container container = Container.open(linux)) {
            Group.open(linux, FakeVfio.GROUP).attach(container);
            container.setIommu(IommuType.TYPE1_V2);
            container.type1Info();
            container.map(0x1000, 0x7000_0000, 0x2000, DmaAccess.READ);
            container.unmap(0x1000, 0x2000);
            container.unmapAll();
        }
    }

    @Test
    void withoutAFaultEveryCallIsMade() throws Exception {
        FakeVfio linux = kernel();
        useAll(linux);
        assertThat(linux.calls)
                .containsSubsequence("ioctl 0x3b66", "ioctl 0x3b70", "ioctl 0x3b70", "ioctl 0x3b71", "ioctl 0x3b72")
                .endsWith("ioctl 0x3b72", "close " + FakeVfio.GROUP, "close " + Container.PATH);
        assertThat(linux.open).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> aFailureIsATypedErrorAndLeavesNoDescriptor() throws Exception {
        FakeVfio model = kernel();
        useAll(model);
        return IntStream.range(0, model.calls.size())
                .filter(i -> model.calls.get(i).startsWith("ioctl 0x3b7"))
                .boxed()
                .flatMap(i -> Stream.of(Errno.values())
                        .filter(errno -> errno != Errno.UNKNOWN)
                        .map(errno -> dynamicTest(model.calls.get(i) + " (call " + i + ") " + errno, () -> {
                            FakeVfio linux = kernel().fail(i, errno);
                            assertThatThrownBy(() -> useAll(linux)).isInstanceOfSatisfying(VfioException.class, e -> {
                                assertThat(e.errno()).isEqualTo(errno);
                                assertThat(e.step()).isIn(Step.IOMMU_GET_INFO, Step.MAP_DMA, Step.UNMAP_DMA);
                                assertThat(e.meaning()).isNotBlank();
                                assertThat(e.remedy()).isNotBlank();
                            });
                            assertThat(linux.open).isEmpty();
                        })));
    }

    @ParameterizedTest
    @CsvSource({"READ, 1", "WRITE, 2", "READ_WRITE, 3"})
    void aMappingIsSentAsItIsAskedFor(DmaAccess access, int flags) throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(VFIO_IOMMU_MAP_DMA, map -> {
            assertThat(map.getInt(0)).isEqualTo(32);
            assertThat(map.getInt(4)).isEqualTo(flags);
            assertThat(map.getLong(8)).isEqualTo(0x7000_0000);
            assertThat(map.getLong(16)).isEqualTo(0x1000);
            assertThat(map.getLong(24)).isEqualTo(0x2000);
            return 0;
        });
        try (Container container = Container.open(linux)) {
            container.map(0x1000, 0x7000_0000, 0x2000, access);
        }
        assertThat(linux.calls).contains("ioctl 0x3b71");
    }

    @Test
    void unmappingAnswersWhatWasUnmappedAndNotWhatWasAskedFor() throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(VFIO_IOMMU_UNMAP_DMA, unmap -> {
            assertThat(unmap.getInt(0)).isEqualTo(24);
            assertThat(unmap.getInt(4)).isZero();
            assertThat(unmap.getLong(8)).isEqualTo(0x1000);
            assertThat(unmap.getLong(16)).isEqualTo(0x2000);
            unmap.putLong(16, 0);
            return 0;
        });
        try (Container container = Container.open(linux)) {
            assertThat(container.unmap(0x1000, 0x2000)).isZero();
        }
    }

    /** vfio_dma_do_unmap takes the flag with an IOVA and a size of 0 only. */
    @Test
    void unmappingAllIsAFlag() throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(VFIO_IOMMU_UNMAP_DMA, unmap -> {
            assertThat(unmap.getInt(4)).isEqualTo(2);
            assertThat(unmap.getLong(8)).isZero();
            assertThat(unmap.getLong(16)).isZero();
            unmap.putLong(16, 0x3000);
            return 0;
        });
        try (Container container = Container.open(linux)) {
            assertThat(container.unmapAll()).isEqualTo(0x3000);
        }
    }

    @Test
    void theInfoHasPageSizesRangesAndHowManyMappingsAreLeft() throws Exception {
        try (Container container = Container.open(kernel())) {
            Type1Info info = container.type1Info();
            assertThat(info.pageSizes()).isEqualTo(0x4020_1000L);
            assertThat(info.ranges())
                    .containsExactly(new IovaRange(0, 0x7ff_ffff), new IovaRange(0x810_0000, 0xffff_ffff_ffffL));
            assertThat(info.availableMappings()).isEqualTo(OptionalLong.of(0xffff_fffeL));
            assertThat(info.iovaRanges().alignment()).isEqualTo(0x1000);
        }
    }

    /** Linux before 5.4 has no capabilities, and writes only what was there then. */
    @Test
    void aKernelWithoutCapabilitiesMapsEverywhere() throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(VFIO_IOMMU_GET_INFO, info -> {
            info.putInt(4, 1).putLong(8, 0x1000);
            return 0;
        });
        try (Container container = Container.open(linux)) {
            Type1Info info = container.type1Info();
            assertThat(info.ranges()).isEqualTo(List.of(new IovaRange(0, -1)));
            assertThat(info.availableMappings()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // argsz, flags, page sizes, cap_offset, what is said
        "15, 1, 4096, 0, argsz 15",
        "2000000, 1, 4096, 0, argsz 2000000",
        "24, 0, 4096, 0, no page sizes",
        "24, 1, 0, 0, no page sizes",
        "24, 3, 4096, 20, capability at offset 20",
        "24, 3, 4096, -8, capability at offset 4294967288",
    })
    void anAnswerThatCannotBeIsNotBelieved(int argsz, int flags, long pageSizes, int first, String said)
            throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(VFIO_IOMMU_GET_INFO, info -> {
            info.putInt(0, argsz).putInt(4, flags).putLong(8, pageSizes).putInt(16, first);
            return 0;
        });
        try (Container container = Container.open(linux)) {
            assertThatThrownBy(container::type1Info)
                    .isInstanceOf(KernelReplyException.class)
                    .hasMessageContaining(said);
        }
    }

    @Test
    void moreRangesThanTheReplyHoldsAreNotRead() throws Exception {
        FakeVfio linux = kernel();
        linux.structs.put(VFIO_IOMMU_GET_INFO, info -> {
            int result = info(info);
            if (info.limit() >= WHOLE) {
                info.putInt(48, -1);
            }
            return result;
        });
        try (Container container = Container.open(linux)) {
            assertThatThrownBy(container::type1Info)
                    .isInstanceOf(KernelReplyException.class)
                    .hasMessageContaining("capability 1 of 48 bytes");
        }
    }

    @Test
    void afterClosingNothingIsMapped() throws Exception {
        Container container = Container.open(kernel());
        container.close();
        assertThatThrownBy(() -> container.map(0, 0, 0x1000, DmaAccess.READ)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> container.unmap(0, 0x1000)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(container::type1Info).isInstanceOf(IllegalStateException.class);
    }
}
