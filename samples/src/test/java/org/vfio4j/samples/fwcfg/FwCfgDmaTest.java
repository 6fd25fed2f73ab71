// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaRequest;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.samples.fwcfg.FwCfgTransferException.Outcome;

/** Transfers through the memory that a simulated kernel maps: IOVAs behind an IOMMU, physical addresses without one. */
@Timeout(60)
class FwCfgDmaTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final FwCfgFile TABLES = new FwCfgFile(0x23, "etc/acpi/tables", 1 << 17);
    private static final FwCfgFile VMCOREINFO = new FwCfgFile(0x2a, "etc/vmcoreinfo", 16);

    private final byte[] tables = new byte[(int) TABLES.size()];
    private FwCfgModel model;

    private SimulatedBoard board(boolean iommu) {
        new Random(3).nextBytes(tables);
        return SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <1>;
                            #size-cells = <1>;
                            smmu: iommu@9000 { compatible = "arm,smmu-v3"; #iommu-cells = <1>; reg = <0x9000 0x1000>; };
                            fw-cfg@9020000 {
                                compatible = "qemu,fw-cfg-mmio";
                                reg = <0x9020000 0x18>;
                                %s
                            };
                        };
                        """.formatted(iommu ? "iommus = <&smmu 1>;" : "")))
                .model(
                        FwCfgBoard.DEVICE,
                        port -> model = new FwCfgModel(FwCfgBoard.LAYOUT, new PortMemory(port))
                                .item(TABLES.key(), tables)
                                .writableItem(VMCOREINFO.key(), new byte[16])
                                .item(0x19, DirectoryBytes.of(List.of(TABLES, VMCOREINFO))))
                .readyToUse()
                .hugePages(4)
                .build();
    }

    private static PlatformDevice open(SimulatedBoard board, DmaStack stack) throws IOException {
        return PlatformDevice.open(
                board.syscalls(), board.files(), new PlatformBus(board.files()).find(FwCfgBoard.DEVICE), stack);
    }

    @ParameterizedTest
    @CsvSource({"TYPE1, 131072, 1", "IOMMUFD, 131072, 1", "NOIOMMU, 131072, 1", "NOIOMMU, 4080, 33", "TYPE1, 65536, 2"})
    void filesAreReadAndWritten(DmaStack stack, int memory, int transfers) throws IOException {
        SimulatedBoard board = board(stack != DmaStack.NOIOMMU);
        try (PlatformDevice device = open(board, stack)) {
            TransferMemory mapped = TransferMemory.of(device.dma(), memory);
            FwCfg fwCfg = FwCfg.of(device.region(0), FwCfgBoard.LAYOUT, mapped, LONG);
            assertThat(fwCfg.directory().files()).containsExactly(TABLES, VMCOREINFO);
            long before = model.transfers();
            assertThat(fwCfg.read(TABLES)).isEqualTo(tables);
            assertThat(model.transfers() - before).isEqualTo(transfers);
            VmcoreInfo info = new VmcoreInfo(0, VmcoreInfo.ELF, 4096, 0x4700_0000L);
            fwCfg.writeVmcoreInfo(info);
            assertThat(VmcoreInfo.of(model.bytes(VMCOREINFO.key()))).isEqualTo(info);
        }
        assertThat(board.dmaFaults()).isEmpty();
    }

    /** The IOMMU keeps the device from the request, as the memory was taken away: QEMU says nothing then. */
    @Test
    void memoryThatIsNotMappedIsNoEndlessWait() throws IOException {
        SimulatedBoard board = board(true);
        try (PlatformDevice device = open(board, DmaStack.TYPE1)) {
            DmaBuffer buffer = device.dma().allocate(DmaRequest.of(4096).order(ByteOrder.BIG_ENDIAN));
            long iova = buffer.iova();
            buffer.close();
            Ram stale = new Ram(iova, 4096);
            FwCfg fwCfg = FwCfg.of(device.region(0), FwCfgBoard.LAYOUT, stale, Duration.ofMillis(20));
            assertThatThrownBy(() -> fwCfg.read(TABLES))
                    .isInstanceOfSatisfying(
                            FwCfgTransferException.class,
                            ended -> assertThat(ended.outcome()).isEqualTo(Outcome.NO_ANSWER));
        }
        assertThat(board.dmaFaults()).hasSize(1);
    }

    @Test
    void numbersOfTheMemoryAreBigEndian() throws IOException {
        try (PlatformDevice device = open(board(true), DmaStack.TYPE1)) {
            DmaBuffer little = device.dma().allocate(4096);
            assertThatThrownBy(() -> TransferMemory.of(little))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("big-endian");
        }
    }
}
