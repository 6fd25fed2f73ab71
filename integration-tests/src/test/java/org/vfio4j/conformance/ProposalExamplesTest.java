// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionRequest;
import org.vfio4j.platform.Inspector;
import org.vfio4j.platform.MappingSource;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.SysfsDevice;

/** The three examples of "VFIO for Platform Devices" (2013), at their addresses, through the ioctl that it proposes. */
class ProposalExamplesTest extends ConformanceTest {
    private static final String SATA = "/soc@ffe000000/sata@220000";
    private static final String CRYPTO = "/soc@ffe000000/crypto@300000";
    private static final String DMA = "/soc@ffe000000/dma@101300";

    private Rebinding bind(LabDevice device) throws IOException {
        return Rebinding.of(sysfs, "platform", device.device, "vfio-devtree");
    }

    private DevtreeInfoAnswers answers(LabDevice device) throws IOException {
        try (Rebinding bound = bind(device);
                Calls own = new Calls(world)) {
            return DevtreeInfoAnswers.of(own, own.device(bound));
        }
    }

    private static String text(RegionMapping region) {
        return "%s[%d] at %#x, %#x bytes"
                .formatted(region.source().property(), region.sourceIndex(), region.physicalAddress(), region.size());
    }

    /** What the framework makes of it. */
    private Inspection inspect(LabDevice device) throws IOException {
        try (Rebinding bound = bind(device)) {
            SysfsDevice found =
                    new PlatformBus(world.files()).find(bound.device().toString());
            assertThat(found.policy()).as("by the driver").isEqualTo(MappingPolicy.PROPOSAL);
            Inspection inspection =
                    new Inspector(world::linux, world.files()).inspect(found, InspectionRequest.of(found.policy()));
            assertThat(inspection.errors()).isEmpty();
            assertThat(inspection.warnings()).isEmpty();
            assertThat(inspection.source()).isEqualTo(MappingSource.DEVTREE_INFO);
            return inspection;
        }
    }

    @Test
    void sataHasOneRegionAndOneInterrupt() throws IOException {
        DevtreeInfoAnswers sata = answers(LabDevice.SATA);
        assertThat(sata.regions()).containsExactly("reg[0] of " + SATA + ", 0x1000 bytes, flags 7");
        assertThat(sata.irqs()).containsExactly("interrupt 0 of " + SATA + ", flags 7");
        assertThat(inspect(LabDevice.SATA).regions())
                .extracting(region -> text(region.mapping().orElseThrow()))
                .containsExactly("reg[0] at 0xffe220000, 0x1000 bytes");
    }

    @Test
    void cryptoHasTheInterruptsOfItsJobRingsBeforeItsOwn() throws IOException {
        DevtreeInfoAnswers crypto = answers(LabDevice.CRYPTO);
        assertThat(crypto.regions()).containsExactly("reg[0] of " + CRYPTO + ", 0x10000 bytes, flags 7");
        assertThat(crypto.irqs())
                .containsExactly(
                        "interrupt 0 of " + CRYPTO + "/jr@1000, flags 7",
                        "interrupt 0 of " + CRYPTO + "/jr@2000, flags 7",
                        "interrupt 0 of " + CRYPTO + ", flags 7");
        assertThat(inspect(LabDevice.CRYPTO).regions())
                .extracting(region -> text(region.mapping().orElseThrow()))
                .containsExactly("reg[0] at 0xffe300000, 0x10000 bytes");
    }

    @Test
    void dmaHasItsWindowThenItsRegistersAndTheInterruptsOfItsChannels() throws IOException {
        DevtreeInfoAnswers dma = answers(LabDevice.DMA);
        assertThat(dma.regions())
                .containsExactly(
                        "ranges[0] of " + DMA + ", 0x200 bytes, flags 3", "reg[0] of " + DMA + ", 0x4 bytes, flags 3");
        assertThat(dma.irqs())
                .containsExactly(
                        "interrupt 0 of " + DMA + "/dma-channel@180, flags 7",
                        "interrupt 0 of " + DMA + "/dma-channel@100, flags 7");
        assertThat(inspect(LabDevice.DMA).regions())
                .extracting(region -> text(region.mapping().orElseThrow()))
                .containsExactly("ranges[0] at 0xffe101100, 0x200 bytes", "reg[0] at 0xffe101300, 0x4 bytes");
    }

    /** Seen through another device, whose region is the whole page. */
    @Test
    void theRegionsOfDmaAreAtTheirPhysicalAddresses() throws IOException {
        try (Rebinding boundDma = bind(LabDevice.DMA);
                Rebinding boundMirror = Rebinding.of(sysfs, "platform", "ffe101000.mirror", "vfio-platform");
                Calls own = new Calls(world)) {
            int dma = own.device(boundDma);
            int mirror = own.device(boundMirror);
            put(dma, 0, 0x0, 0x1111_1111);
            put(dma, 0, 0x1fc, 0x2222_2222);
            put(dma, 1L << 40, 0x0, 0x3333_3333);
            assertThat(get(mirror, 0x100)).as("0xffe101100").isEqualTo(0x1111_1111);
            assertThat(get(mirror, 0x2fc)).as("0xffe1012fc").isEqualTo(0x2222_2222);
            assertThat(get(mirror, 0x300)).as("0xffe101300").isEqualTo(0x3333_3333);
        }
    }

    private void put(int device, long region, long offset, int value) {
        assertThat(world.linux().pwrite(device, Calls.words(4, value), region + offset))
                .isEqualTo(4);
    }

    private int get(int device, long offset) {
        ByteBuffer value = Calls.memory(4);
        assertThat(world.linux().pread(device, value, offset)).isEqualTo(4);
        return value.getInt(0);
    }
}
