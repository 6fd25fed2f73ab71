// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.diff.Difference.OrderChanged;
import org.vfio4j.devtree.diff.TreeDiff;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.dts.DtsWriter;
import org.vfio4j.devtree.fdt.FdtReader;
import org.vfio4j.devtree.fdt.FdtWriter;

/** The device tree compiler has nothing to say of a guest's tree, and applies the overlay to the same. */
class DtcGuestTreeTest {
    private static final String DEVICES = """
            dma: dma@1000 {
                reg = <0x1000 0x4>, <0x1100 0x80>; interrupts = <0 40 4>, <0 41 1>; ranges = <0x0 0x1100 0x80>;
                #dma-cells = <1>; iommus = <&smmu 5>; clocks = <&half>, <&cru 3>; clock-names = "core", "bus";
                channel@0 { reg = <0x0 0x40>; interrupts = <0 42 4>; };
                channel@40 { reg = <0x40 0x40>; };
            };
            spi@2000 {
                reg = <0x2000 0x1000>; interrupts = <0 43 4>; dmas = <&dma 0>, <&dma 1>; dma-names = "tx", "rx";
                #address-cells = <1>; #size-cells = <0>; clocks = <&osc>; resets = <&cru 7>;
                flash@0 { compatible = "jedec,spi-nor"; reg = <0>; vdd-supply = <&vdd>; };
            };
            gpio: gpio@3000 {
                reg = <0x3000 0x100>; interrupts = <0 44 4>; interrupt-controller; #interrupt-cells = <2>;
                gpio-controller; #gpio-cells = <2>;
                key { interrupts = <3 1>; gpios = <&gpio 3 0>; };
            };
            crypto@4000 {
                reg = <0x4000 0x1000>; #address-cells = <1>; #size-cells = <1>;
                jr@1 { interrupts = <0 45 4>; };
                ring@10 { reg = <0x10 0x10>; ranges; }; ring { next = <0>; phy-handle = <&dma>; };
            };
            smmu: iommu@10000 { reg = <0x10000 0x1000>; #iommu-cells = <1>; };
            cru: clock-controller@20000 { reg = <0x20000 0x1000>; #clock-cells = <1>; #reset-cells = <1>; };
            """;
    private static final String BESIDES = """
            osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
            half: half { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&osc>;
                clock-div = <2>; clock-mult = <1>; };
            vdd: vdd { compatible = "regulator-fixed"; regulator-name = "vdd"; };
            """;
    private static final String[] PATHS = {"/soc/dma@1000", "/soc/spi@2000", "/soc/gpio@3000", "/soc/crypto@4000"};
    private static final String BASE = """
            / { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
                gic: intc@8000000 { compatible = "arm,gic-v3"; reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0x20000>;
                    interrupt-controller; #interrupt-cells = <3>; #address-cells = <0>; phandle = <0x12>; };
                memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x8000000>; };
                uart@9000000 { reg = <0 0x9000000 0 0x1000>; interrupts = <0 1 4>; };
                %s
            };
            """;

    @TempDir
    private Path dir;

    @BeforeEach
    void dtcIsInstalled() {
        assumeThat(isInstalled("dtc"))
                .as("not run: dtc is not installed (package device-tree-compiler)")
                .isTrue();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = dir.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + " " + Files.readString(output);
    }

    private void acceptedByDtc(DeviceTree tree) throws Exception {
        Path blob = Files.write(dir.resolve("tree.dtb"), FdtWriter.write(tree));
        Path source = Files.writeString(dir.resolve("tree.dts"), DtsWriter.write(tree));

        assertThat(run("dtc", "-I", "dtb", "-O", "dtb", "-o", dir.resolve("a").toString(), blob.toString()))
                .isEqualTo("0 ");
        assertThat(run("dtc", "-I", "dts", "-O", "dtb", "-o", dir.resolve("b").toString(), source.toString()))
                .isEqualTo("0 ");
        assertThat(TreeDiff.between(tree, FdtReader.read(dir.resolve("b")))).isEmpty();
    }

    @Test
    @DisplayName("dtc does not warn of a tree without a base")
    void minimal() throws Exception {
        acceptedByDtc(Guest.soc(DEVICES, BESIDES).with(PATHS).tree());
        acceptedByDtc(Guest.soc(DEVICES, BESIDES).proposal().with(PATHS).tree());
    }

    @Test
    @DisplayName("dtc does not warn of a base with devices")
    void merged() throws Exception {
        acceptedByDtc(Guest.soc(DEVICES, BESIDES)
                .base(GuestBases.of(BASE.formatted("")))
                .with(PATHS)
                .tree());
    }

    @Test
    @DisplayName("fdtoverlay makes of base and overlay what we make of them, by label and by phandle")
    void overlay() throws Exception {
        assumeThat(isInstalled("fdtoverlay"))
                .as("not run: fdtoverlay is not installed (package device-tree-compiler)")
                .isTrue();
        overlaid(BASE.formatted("__symbols__ { gic = \"/intc@8000000\"; };"), true);
        overlaid(BASE.formatted(""), false);
    }

    private void overlaid(String source, boolean hasSymbols) throws Exception {
        GuestBase base = GuestBases.of(source);
        Guest guest = Guest.soc(DEVICES, BESIDES).base(base).proposal().with(PATHS);
        DeviceTree overlay = guest.nodes().overlay();
        Path baseFile = Files.write(dir.resolve("base.dtb"), FdtWriter.write(base.tree()));
        Path overlayFile = Files.write(dir.resolve("devices.dtbo"), FdtWriter.write(overlay));
        Path result = dir.resolve("result.dtb");

        assertThat(run("fdtoverlay", "-i", baseFile.toString(), "-o", result.toString(), overlayFile.toString()))
                .isEqualTo("0 ");

        DeviceTree applied = FdtReader.read(result);
        acceptedByDtc(applied);
        assertThat(overlay.find("/__fixups__").isPresent()).isEqualTo(hasSymbols);
        guest.nodes()
                .labels()
                .forEach((device, label) -> assertThat(
                                applied.byLabel(label).orElseThrow().path())
                        .isEqualTo(guest.nodes().paths().get(device)));
        // libfdt puts new nodes in front of those that are there; without symbols in the base the overlay brings them.
        assertThat(TreeDiff.between(guest.tree(), applied))
                .allMatch(difference -> difference instanceof OrderChanged
                        || !hasSymbols && difference.text().contains("__symbols__"));
    }

    @Test
    @DisplayName("the test would see a warning")
    void wouldSeeAWarning() throws Exception {
        DeviceTree bad = DtsReader.read("/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; a@10 { }; };");
        Path blob = Files.write(dir.resolve("tree.dtb"), FdtWriter.write(bad));

        assertThat(run("dtc", "-I", "dtb", "-O", "dtb", "-o", dir.resolve("a").toString(), blob.toString()))
                .contains("unit_address_vs_reg");
    }
}
