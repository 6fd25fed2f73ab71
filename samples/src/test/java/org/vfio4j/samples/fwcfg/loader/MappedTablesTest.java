// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.register.Region;
import org.vfio4j.platform.sim.DeviceModel;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.RegisterLayout;

/** Tables in memory that an IOMMU maps, and a device that VFIO resets. */
class MappedTablesTest {
    private static final RegisterLayout LAYOUT = RegisterLayout.of(Architecture.ARM, 0x18);

    private final QuietDevice quiet = new QuietDevice();
    private LinuxSyscalls linux;
    private PlatformDevice device;
    private FwCfg driver;
    private ReplayJournal journal;
    private DmaBuffer buffer;

    @BeforeEach
    void open() throws IOException {
        SimulatedBoard board = SimulatedBoard.builder(DtsReader.read("""
                        /dts-v1/;
                        / {
                            #address-cells = <1>;
                            #size-cells = <1>;
                            smmu: iommu@9050000 {
                                compatible = "arm,smmu-v3";
                                #iommu-cells = <1>;
                                reg = <0x9050000 0x1000>;
                            };
                            fw-cfg@9020000 {
                                compatible = "qemu,fw-cfg-mmio";
                                reg = <0x9020000 0x18>;
                                iommus = <&smmu 1>;
                            };
                        };
                        """))
                .model("9020000.fw-cfg", port -> new Forgetful(quiet))
                .resetFunction("qemu,fw-cfg-mmio")
                .readyToUse()
                .build();
        linux = mock(LinuxSyscalls.class, delegatesTo(board.syscalls()));
        device = PlatformDevice.open(linux, board.files(), "9020000.fw-cfg");
        Region registers = device.region(0);
        driver = FwCfg.of(registers, LAYOUT);
        ReplayChannel channel = new ReplayChannel(driver, quiet, Duration.ofSeconds(30));
        journal = new ReplayJournal(channel, new SystemStates(false), 4);
        device.onReset(() -> {
            driver.deviceWasReset();
            journal.reset(ResetKind.DEVICES);
        });
        buffer = device.dma().allocate(0x1000);
    }

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void filesArePutToWhereTheIommuMapsThem() throws IOException {
        FakeFirmware firmware = new FakeFirmware()
                .file("a", new byte[] {4, 0, 0, 0, 0, 0, 0, 0})
                .file("t", new byte[] {1, 2, 3, 4, 5})
                .writable("addr", new byte[8])
                .script(new ScriptText()
                        .allocate("a", 16, 1)
                        .allocate("t", 16, 1)
                        .addPointer("a", 0, 8, "t")
                        .writePointer("addr", 0, 8, "t", 1));
        ZonedMemory memory = ZonedMemory.withoutLegacySegment(List.of(TableMemory.of(buffer)));
        ReplayJournal told = new ReplayJournal(firmware, new SystemStates(true), 4);
        LoadedTables tables = new LinkerLoader(firmware, memory, told, LoaderOptions.STRICT).run();
        assertThat(buffer.get64(0)).isEqualTo(buffer.iova() + 16 + 4);
        assertThat(buffer.get8(20)).isEqualTo(5);
        assertThat(tables.file("t").bytes()).containsExactly(1, 2, 3, 4, 5);
        assertThat(told.records()).extracting(ReplayRecord::value).containsExactly(buffer.iova() + 17);
    }

    @Test
    void aResetThroughVfioReplays() throws IOException {
        journal.write(QuietDevice.KEY, 4, buffer.iova() + 8, 8, TableMemory.of(buffer));
        byte[] told = quiet.item().clone();
        int resets = quiet.resets();
        device.reset();
        assertThat(quiet.resets()).isEqualTo(resets + 1);
        assertThat(quiet.item()).isEqualTo(told);
    }

    @Test
    void anAddressOfABufferThatWasClosedIsNotReplayed() throws IOException {
        journal.write(QuietDevice.KEY, 4, buffer.iova() + 8, 8, TableMemory.of(buffer));
        buffer.close();
        assertThatThrownBy(device::reset)
                .isInstanceOf(ReplayException.class)
                .extracting("fault")
                .isEqualTo(ReplayFault.UNMAPPED);
        assertThat(quiet.item()).containsOnly(0);
    }

    /** An access of a register says so without being declared: the loader's callers get what is. */
    @Test
    void anAccessThatTheKernelRefusesIsAFailureOfTheDevice() throws IOException {
        journal.write(QuietDevice.KEY, 4, buffer.iova() + 8, 8, TableMemory.of(buffer));
        doReturn(-Errno.EIO.number()).when(linux).pwrite(anyInt(), any(), anyLong());
        assertThatThrownBy(() -> journal.reset(ResetKind.DEVICES))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("EIO")
                .extracting("fault")
                .isEqualTo(ReplayFault.REFUSED);
        FirmwareFiles files = FirmwareFiles.of(driver);
        assertThatThrownBy(() -> files.find("any"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("EIO");
        assertThatThrownBy(() -> files.read(0, 0, ByteBuffer.allocate(4))).isInstanceOf(IOException.class);
    }

    /**
     * A device that has forgotten what it was told when it was reset.
     *
     * @param quiet the device
     */
    private record Forgetful(QuietDevice quiet) implements DeviceModel {
        @Override
        public long read(int region, long offset, int width) {
            return quiet.read(offset, width);
        }

        @Override
        public void write(int region, long offset, int width, long value) {
            quiet.write(offset, width, value);
        }

        @Override
        public void reset() {
            quiet.reset();
        }
    }
}
