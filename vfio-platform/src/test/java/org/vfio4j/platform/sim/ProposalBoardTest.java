// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.sim.Calls.words;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.DevtreeInfo;
import org.vfio4j.vfio.abi.VfioIoctl;

/** The three example devices of the proposal of 2013, as bytes of the ABI. */
class ProposalBoardTest {
    private static final String SOC = "/soc@ffe000000/";

    private SimulatedBoard board = SimulatedBoard.proposal();
    private Calls calls = new Calls(board);

    private List<String> regions(int device) {
        List<String> regions = new ArrayList<>();
        for (int i = 0; i < info(device).getInt(8); i++) {
            ByteBuffer region = words(32, 32, 0, i);
            assertThat(calls.linux.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, region))
                    .isZero();
            assertThat(region.getLong(24)).as("offset").isEqualTo((long) i << 40);
            regions.add("flags %d size %#x".formatted(region.getInt(4), region.getLong(16)));
        }
        return regions;
    }

    private List<Integer> irqFlags(int device) {
        List<Integer> flags = new ArrayList<>();
        for (int i = 0; i < info(device).getInt(12); i++) {
            ByteBuffer irq = words(16, 16, 0, i);
            assertThat(calls.linux.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO, irq))
                    .isZero();
            assertThat(irq.getInt(12)).as("count").isOne();
            flags.add(irq.getInt(4));
        }
        return flags;
    }

    private ByteBuffer info(int device) {
        ByteBuffer info = words(24, 24);
        assertThat(calls.linux.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_INFO, info))
                .isZero();
        return info;
    }

    /** What GET_DEVTREE_INFO says: flags, start and path. */
    private String devtreeInfo(int device, int type, int index) {
        ByteBuffer info = words(256, 256, 0, index, type);
        assertThat(calls.linux.ioctl(device, DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO, info))
                .isZero();
        byte[] path = new byte[256 - 20];
        info.get(20, path);
        String text = new String(path, StandardCharsets.UTF_8);
        return "%#x %d %s".formatted(info.getInt(4), info.getInt(16), text.substring(0, text.indexOf('\0')));
    }

    @Test
    void exampleOneHasOneRegionAndOneInterrupt() throws Exception {
        int sata = calls.openDevice("ffe220000.sata");
        assertThat(info(sata).getInt(4)).as("PLATFORM").isEqualTo(4);
        assertThat(regions(sata)).containsExactly("flags 7 size 0x1000");
        assertThat(irqFlags(sata)).containsExactly(7);
        assertThat(devtreeInfo(sata, 0, 0)).isEqualTo("0x0 0 " + SOC + "sata@220000");
        assertThat(devtreeInfo(sata, 1, 0)).isEqualTo("0x0 0 " + SOC + "sata@220000");
    }

    @Test
    void exampleTwoHasTheInterruptsOfTheJobRingsFirst() throws Exception {
        int crypto = calls.openDevice("ffe300000.crypto");
        assertThat(regions(crypto)).containsExactly("flags 7 size 0x10000");
        assertThat(irqFlags(crypto)).containsExactly(7, 7, 7);
        assertThat(devtreeInfo(crypto, 0, 0)).isEqualTo("0x0 0 " + SOC + "crypto@300000");
        assertThat(devtreeInfo(crypto, 1, 0)).isEqualTo("0x0 0 " + SOC + "crypto@300000/jr@1000");
        assertThat(devtreeInfo(crypto, 1, 1)).isEqualTo("0x0 0 " + SOC + "crypto@300000/jr@2000");
        assertThat(devtreeInfo(crypto, 1, 2)).isEqualTo("0x0 0 " + SOC + "crypto@300000");
    }

    @Test
    void exampleThreeHasTheRangesWindowFirstAndTheChannelsInTreeOrder() throws Exception {
        int dma = calls.openDevice("ffe101300.dma");
        assertThat(regions(dma)).containsExactly("flags 3 size 0x200", "flags 3 size 0x4");
        assertThat(irqFlags(dma)).containsExactly(7, 7);
        assertThat(devtreeInfo(dma, 0, 0)).isEqualTo("0x8 0 " + SOC + "dma@101300");
        assertThat(devtreeInfo(dma, 0, 1)).isEqualTo("0x0 0 " + SOC + "dma@101300");
        assertThat(devtreeInfo(dma, 1, 0)).isEqualTo("0x0 0 " + SOC + "dma@101300/dma-channel@180");
        assertThat(devtreeInfo(dma, 1, 1)).isEqualTo("0x0 0 " + SOC + "dma@101300/dma-channel@100");
    }

    @Test
    void mainlineExposesOnlyWhatTheNodesThemselvesHave() throws Exception {
        board = SimulatedBoard.builder("proposal").build();
        calls = new Calls(board);
        int crypto = calls.openDevice("ffe300000.crypto");
        assertThat(regions(crypto)).containsExactly("flags 7 size 0x10000");
        assertThat(irqFlags(crypto)).containsExactly(7);
        int dma = calls.openDevice("ffe101300.dma");
        assertThat(regions(dma)).containsExactly("flags 3 size 0x4");
        assertThat(irqFlags(dma)).isEmpty();
        ByteBuffer request = words(256, 256);
        assertThat(calls.linux.ioctl(dma, DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO, request))
                .isEqualTo(Calls.failure(Errno.ENOTTY));
    }

    @Test
    void theOtherDevicesShowWhatIsHardAboutPlatformDevices() throws Exception {
        board = SimulatedBoard.builder("proposal").build();
        calls = new Calls(board);
        assertThat(regions(calls.openDevice("ffe11c500.serial")))
                .as("below a page")
                .containsExactly("flags 3 size 0x100");
        assertThat(regions(calls.openDevice("ffe170000.display")))
                .as("ends at the entry that does not translate")
                .containsExactly("flags 7 size 0x1000");
        assertThat(irqFlags(calls.openDevice("ffe160000.watchdog"))).as("edge").containsExactly(1);
    }

    @Test
    void busInterruptControllerAndIommuStayWithTheKernel() throws Exception {
        assertThat(board.files().list(Path.of("/sys/bus/platform/drivers")))
                .containsExactly("arm-smmu", "gpio-mpc8xxx", "mpic", "simple-pm-bus", "vfio-devtree", "vfio-platform");
        assertThat(board.files().list(Path.of("/dev/vfio")))
                .as("the watchdog's is the only group without an IOMMU")
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "8", "devices", "noiommu-7", "vfio");
    }

    @Test
    void theRealTimeClockIsAnAmbaDeviceWithItsFirstRegisterBlockOnly() throws Exception {
        board = SimulatedBoard.builder("proposal").build();
        calls = new Calls(board);
        int rtc = calls.openDevice("ffe150000.rtc");
        assertThat(info(rtc).getInt(4)).as("AMBA").isEqualTo(8);
        assertThat(regions(rtc)).hasSize(1);
    }
}
