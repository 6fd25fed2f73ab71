// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.platform.sim.SimulatedBoardBuilder;

/** A board with devices that have drivers, and what tests of binding ask of it. */
final class BindBoard {
    /** Behind the IOMMU, with the driver {@code ahci}. */
    static final String SATA = "1000.sata";
    /** On the AMBA bus, without IOMMU, with the driver {@code rtc-pl031}. */
    static final String RTC = "2000.rtc";
    /** With the driver {@code gpio-test}, and a provider of two kinds. */
    static final String GPIO = "3000.gpio";
    /** The console, with the driver {@code serial}. */
    static final String UART = "4000.uart";
    /** Without driver and IOMMU. */
    static final String FREE = "5000.free";
    /** Behind the IOMMU, in one group with the next. */
    static final String LEFT = "6000.twin";

    static final String RIGHT = "7000.twin";

    private static final Path RECORDS = Path.of("/run/vfio4j");

    final SimulatedBoard board;

    BindBoard(SimulatedBoard board) {
        this.board = board;
    }

    static BindBoard ready() {
        return new BindBoard(builder().build());
    }

    static SimulatedBoardBuilder builder() {
        return SimulatedBoard.builder(DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    aliases { serial0 = "/uart@4000"; };
                    chosen { stdout-path = "serial0:115200n8"; };
                    smmu: iommu@9000 {
                        compatible = "arm,mmu-500";
                        #iommu-cells = <1>;
                        reg = <0x9000 0x1000>;
                    };
                    sata@1000 { compatible = "test,sata"; reg = <0x1000 0x1000>; iommus = <&smmu 1>; };
                    rtc@2000 {
                        compatible = "arm,pl031", "arm,primecell";
                        arm,primecell-periphid = <0x00041031>;
                        reg = <0x2000 0x1000>;
                    };
                    gpio@3000 {
                        compatible = "test,gpio";
                        reg = <0x3000 0x1000>;
                        gpio-controller;
                        #gpio-cells = <2>;
                        #interrupt-cells = <2>;
                    };
                    uart@4000 { compatible = "test,uart"; reg = <0x4000 0x1000>; };
                    free@5000 { compatible = "test,free"; reg = <0x5000 0x1000>; };
                    twin@6000 { compatible = "test,twin"; reg = <0x6000 0x1000>; iommus = <&smmu 2>; };
                    twin@7000 { compatible = "test,twin"; reg = <0x7000 0x1000>; iommus = <&smmu 2>; };
                };
                """))
                .noiommuMode(true)
                .unsafeInterrupts(true)
                .resetRequired(false)
                .driver(SATA, "ahci")
                .driver(RTC, "rtc-pl031")
                .driver(GPIO, "gpio-test")
                .driver(UART, "serial")
                .driver(RIGHT, "twin");
    }

    PlatformBus bus() {
        return new PlatformBus(board.files());
    }

    SysfsDevice find(String device) {
        try {
            return bus().find(device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<String> driver(String device) {
        return find(device).driver();
    }

    /** What is in a device's {@code driver_override}. */
    String override(String device) {
        return read(find(device).path().resolve("driver_override")).strip();
    }

    void setOverride(String device, String driver) {
        write(find(device).path().resolve("driver_override"), driver + "\n");
    }

    /** Takes a device from its driver by hand. */
    void unbind(String device) {
        write(find(device).path().resolve("driver/unbind"), device);
    }

    /** Gives a device to a driver by hand. */
    void bind(String device, String driver) {
        write(
                PlatformBus.directoryOf(find(device).bus())
                        .resolve("drivers")
                        .resolve(driver)
                        .resolve("bind"),
                device);
    }

    /** The names of the records. */
    List<String> records() {
        HostFiles files = board.files();
        try {
            return files.isDirectory(RECORDS) ? files.list(RECORDS) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String record(String name) {
        return read(RECORDS.resolve(name));
    }

    /** A record as somebody else would have left it. */
    void putRecord(String name, String content) {
        try {
            board.files().create(RECORDS.resolve(name), content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(Path file) {
        try {
            return new String(board.files().read(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file, String text) {
        try {
            board.files().write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
