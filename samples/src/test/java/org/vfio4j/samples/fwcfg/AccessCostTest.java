// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.register.RegisterHandler;
import org.vfio4j.platform.sim.SimulatedBoard;

/** What a file of 128 KiB, the size of {@code etc/acpi/tables}, costs: each access of a register is an exit to QEMU. */
class AccessCostTest {
    private static final int SIZE = 1 << 17;
    private static final FwCfgFile FILE = new FwCfgFile(0x23, "etc/acpi/tables", SIZE);
    private static final int PAGE = 4096;
    private static final List<Row> TABLE = new ArrayList<>();

    private record Row(String how, long reads, long selects, long transfers) {
        void print() {
            System.out.printf("%-28s %,10d %8d %10d%n", how, reads, selects, transfers);
        }
    }

    private final byte[] bytes = new byte[SIZE];
    private final Ram ram = new Ram(0x4000_0000L, DmaChannel.REQUEST_SIZE + SIZE);
    private final FwCfgModel model = new FwCfgModel(FwCfgBoard.LAYOUT, ram);

    AccessCostTest() {
        new Random(1).nextBytes(bytes);
        model.item(FILE.key(), bytes);
    }

    @AfterAll
    static void print() {
        System.out.printf("%-28s %10s %8s %10s%n", SIZE + " bytes by", "data reads", "selects", "transfers");
        TABLE.sort(
                Comparator.comparing(Row::reads).thenComparing(Row::transfers).reversed());
        TABLE.forEach(Row::print);
    }

    private void verify(String how, long reads, long selects, long transfers) {
        verify(how, model, reads, selects, transfers);
    }

    private static void verify(String how, FwCfgModel model, long reads, long selects, long transfers) {
        TABLE.add(new Row(how, model.dataReads(), model.selects(), model.transfers()));
        assertThat(model.dataReads()).isEqualTo(reads);
        assertThat(model.selects()).isEqualTo(selects);
        assertThat(model.transfers()).isEqualTo(transfers);
    }

    /**
     * What {@code cat /sys/firmware/qemu_fw_cfg/by_key/35/raw} was counted to make with QEMU's trace: sysfs reads a page at
     * a time and once at the end, and fw_cfg_read_blob of drivers/firmware/qemu_fw_cfg.c comes to each offset byte by byte.
     */
    @Test
    void linux() {
        for (int offset = 0; offset <= SIZE; offset += PAGE) {
            model.write(0, 8, 2, Short.reverseBytes((short) FILE.key()) & 0xffff);
            int end = Math.min(SIZE, offset + PAGE);
            for (int i = 0; i < end; i++) {
                byte value = (byte) model.read(0, 0, 1);
                assertThat(value == bytes[i]).isTrue();
            }
        }
        verify("Linux's driver", 2_293_760, 33, 0);
    }

    @Test
    void bytes() throws IOException {
        RegisterLayout narrow = new RegisterLayout(0, 0x18, 8, 0, OptionalInt.of(16), 1, ByteOrder.BIG_ENDIAN);
        try (FwCfgBoard board = FwCfgBoard.of(model)) {
            assertThat(FwCfg.of(board.registers(), narrow).read(FILE)).isEqualTo(bytes);
        }
        verify("bytes", 8 + SIZE, 3, 0);
    }

    @Test
    void fourBytes() throws IOException {
        try (FwCfgBoard board = FwCfgBoard.of(model)) {
            assertThat(FwCfg.of(board.registers(), FwCfgBoard.LAYOUT).read(FILE))
                    .isEqualTo(bytes);
        }
        verify("4 bytes (a trapped region)", 2 + SIZE / 4, 3, 0);
    }

    @Test
    void eightBytes() throws IOException {
        SimulatedBoard board =
                SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <1>;
                            #size-cells = <1>;
                            fw-cfg@9020000 { compatible = "qemu,fw-cfg-mmio"; reg = <0x9020000 0x1000>; };
                        };
                        """)).readyToUse().build();
        try (PlatformDevice device = PlatformDevice.open(board.syscalls(), board.files(), FwCfgBoard.DEVICE)) {
            Region mapped = device.region(0).overlay(0, 0x18, new RegisterHandler() {
                @Override
                public long read(long offset, int width) {
                    return model.read(0, offset, width);
                }

                @Override
                public void write(long offset, int width, long value) {
                    model.write(0, offset, width, value);
                }
            });
            assertThat(FwCfg.of(mapped, FwCfgBoard.LAYOUT).read(FILE)).isEqualTo(bytes);
        }
        verify("8 bytes (a mapped region)", 2 + SIZE / 8, 3, 0);
    }

    @Test
    void oneTransfer() throws IOException {
        try (FwCfgBoard board = FwCfgBoard.of(model)) {
            FwCfg device = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT, ram, Duration.ofSeconds(30));
            assertThat(device.read(FILE)).isEqualTo(bytes);
        }
        verify("DMA", 2, 2, 1);
    }

    @Test
    void transfersOfAPage() throws IOException {
        Ram page = new Ram(0x4000_0000L, PAGE);
        FwCfgModel small = new FwCfgModel(FwCfgBoard.LAYOUT, page).item(FILE.key(), bytes);
        try (FwCfgBoard board = FwCfgBoard.of(small)) {
            FwCfg device = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT, page, Duration.ofSeconds(30));
            assertThat(device.read(FILE)).isEqualTo(bytes);
        }
        verify("DMA with a page of memory", small, 2, 2, 33);
    }
}
