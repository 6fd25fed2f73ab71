// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.mapper.IrqMapping;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * The devices of lab/torture.dtsi, spelled out: what a person finds who reads the tree with the rules of lab/module/README.md.
 * The other tests compare programs with each other.
 */
class TortureTest extends ConformanceTest {
    /** Size of each region with "m" if it can be mapped and "x" if it cannot be used; L or E for level and edge. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            f00801000.unit | 0x1000m 0x1000m 0x2000m
            f00808010.unit | 0x10 0x1000m
            torture@f00000000:walled:unit@0 | L
            torture@f00000000:moated:unit@0 | E
            torture@f00000000:numbered:unit@5 | L
            f00821000.memory-mapped | 0x1000m
            f00828010.ports | ''
            f00100000.hole | 0x1000m
            torture@f00000000:late@f0000000 | ''
            torture@f00000000:nowhere@f1000000 | ''
            f00113000.alike | 0x1000m 0x1000m 0x1000m 0x1000m
            f00120010.pages | 0x10 0x100 0x1 0x8 0x1800 0x2000m 0x1000m
            f00130000.empty-entries | 0x0m 0x0 0x1000m
            torture@f00000000:nothing | ''
            torture@f00000000:wires-with-hole | L
            torture@f00000000:wires-twice | E E L
            torture@f00000000:wires-on-one-line | L L
            torture@f00000000:wires-cut-off | L
            torture@f00000000:wires-to-nobody | ''
            torture@f00000000:wires-partly-to-nobody | L
            torture@f00000000:wires-by-relay | L E
            f00160010.nexus-user | 0x10 L E
            f00160120.nexus-user | 0x10 L E
            f00200000.hub | 0x1000m L E
            f00300000.window-kinds | 0x100
            f00330000.family | 0x1000m
            f00350000.deferred | 0x1000m L
            f00360000.deferred | 0x1000m L
            f80000000.wide | 0x1000m 0x100000000m 0x1000m L
            f81000000.wide-windows | 0x10000m
            """)
    void mainlineExposes(String name, String expected) throws IOException {
        try (Rebinding bound = Rebinding.of(sysfs, "platform", name, "vfio-platform");
                Calls own = new Calls(world)) {
            assertThat(exposed(own, own.device(bound))).isEqualTo(expected);
        }
    }

    private static String exposed(Calls calls, int device) {
        ByteBuffer info = Calls.words(16, 16);
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_INFO, info)).isEqualTo("ok");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < info.getInt(8); i++) {
            ByteBuffer region = Calls.words(32, 32, 0, i);
            calls.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, region);
            text.append(" %#x".formatted(region.getLong(16))).append(suffix(region.getInt(4)));
        }
        for (int i = 0; i < info.getInt(12); i++) {
            ByteBuffer irq = Calls.words(16, 16, 0, i);
            calls.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO, irq);
            text.append(irq.getInt(4) == 7 ? " L" : irq.getInt(4) == 1 ? " E" : " ?");
        }
        return text.toString().strip();
    }

    private static String suffix(int regionFlags) {
        return regionFlags == 7 ? "m" : regionFlags == 3 ? "" : regionFlags == 0 ? "x" : "?";
    }

    /** The same, with the entry of each region; and the node below the device's, or ".", with the index of each IRQ. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            f00801000.unit | reg[0] 0x1000m, reg[1] 0x1000m, reg[2] 0x2000m | ''
            f00808010.unit | reg[0] 0x10, reg[1] 0x1000m, reg[3] 0x10 | ''
            torture@f00000000:walled:unit@0 | '' | .:0L
            f00821000.memory-mapped | reg[0] 0x1000m, reg[2] 0x800 | ''
            f00828010.ports | reg[1] 0x1000m | ''
            f00100000.hole | reg[0] 0x1000m, reg[2] 0x1000m | ''
            torture@f00000000:late@f0000000 | reg[1] 0x1000m | ''
            torture@f00000000:nowhere@f1000000 | '' | ''
            f00130000.empty-entries | reg[0] 0x0m, reg[1] 0x0, reg[2] 0x1000m | ''
            torture@f00000000:wires-with-hole | '' | .:0L
            torture@f00000000:wires-twice | '' | .:0E .:1E .:2L
            torture@f00000000:wires-partly-to-nobody | '' | .:0L
            f00160010.nexus-user | reg[0] 0x10 | .:0L .:1E
            f00200000.hub | ranges[0] 0x1000m, ranges[1] 0x1000m, ranges[4] 0x800, reg[0] 0x1000m, reg[2] 0x800, reg[3] 0x800 | z@0:0L z@0/inner/deepest:0L z@0/inner/deepest:1E a@3:0L m:0L m:1E hub@0,100/leaf@10:0L .:0L .:1E
            f00300000.window-kinds | ranges[0] 0x1000m, ranges[1] 0x1000x, ranges[3] 0x0m, reg[0] 0x100 | ''
            f00310000.empty-ranges | reg[0] 0x1000m | part@311000:0L
            f00320000.inherited-cells | ranges[0] 0x800, ranges[1] 0x800, reg[0] 0x1000m | ''
            f80000000.wide | reg[0] 0x1000m, reg[1] 0x100000000m, reg[2] 0x1000m, reg[4] 0x1000m | .:0L
            f81000000.wide-windows | ranges[0] 0x1000000m, ranges[1] 0x200000000m, ranges[3] 0x10, reg[0] 0x10000m | part@0:0E
            """)
    void theModuleExposes(String name, String regions, String irqs) throws IOException {
        String node = BootedTree.current().node(name).path();
        try (Rebinding bound = Rebinding.of(sysfs, "platform", name, "vfio-devtree");
                Calls own = new Calls(world)) {
            DevtreeInfoAnswers answers = DevtreeInfoAnswers.of(own, own.device(bound));
            assertThat(answers.regions()).isEqualTo(expectedRegions(node, regions));
            assertThat(answers.irqs()).isEqualTo(expectedIrqs(node, irqs));
        }
    }

    private static List<String> split(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static List<String> expectedRegions(String node, String regions) {
        return split(regions, ", ").stream()
                .map(region -> region.replaceFirst("(.*) (0x[0-9a-f]+)(.?)", "$1 of " + node + ", $2 bytes, flags $3"))
                .map(region ->
                        region.replaceFirst("m$", "7").replaceFirst("x$", "0").replaceFirst(" $", " 3"))
                .toList();
    }

    private static List<String> expectedIrqs(String node, String irqs) {
        return split(irqs, " ").stream()
                .map(irq -> irq.replaceFirst("^\\.:", ":").replaceFirst("^([^:])", "/$1"))
                .map(irq -> irq.replaceFirst("(.*):(\\d)(.)", "interrupt $2 of " + node + "$1, flags $3"))
                .map(irq -> irq.replaceFirst("L$", "7").replaceFirst("E$", "1"))
                .toList();
    }

    /** ranges[4] is the first half of reg[0]: two regions of one device show the same registers. */
    @Test
    void aWindowAndRegistersInOnePlaceAreOnePlace() throws IOException {
        try (Rebinding bound = Rebinding.of(sysfs, "platform", "f00200000.hub", "vfio-devtree");
                Calls own = new Calls(world)) {
            int hub = own.device(bound);
            assertThat(world.linux().pwrite(hub, Calls.words(4, 0x0bad_cafe), (2L << 40) + 0x7fc))
                    .isEqualTo(4);
            ByteBuffer value = Calls.memory(4);
            assertThat(world.linux().pread(hub, value, (3L << 40) + 0x7fc)).isEqualTo(4);
            assertThat(value.getInt(0)).isEqualTo(0x0bad_cafe);
        }
    }

    /** The last byte of a page, and the eight bytes around it. */
    @Test
    void aRegionAcrossTwoPagesHoldsTheRegionInTheFirst() throws IOException {
        try (Rebinding bound = Rebinding.of(sysfs, "platform", "f00120010.pages", "vfio-platform");
                Calls own = new Calls(world)) {
            int pages = own.device(bound);
            ByteBuffer one = Calls.memory(1).put(0, (byte) 0x5a);
            assertThat(world.linux().pwrite(pages, one, 2L << 40)).isEqualTo(1);
            ByteBuffer read = Calls.memory(1);
            assertThat(world.linux().pread(pages, read, (3L << 40) + 3)).isEqualTo(1);
            assertThat(read.get(0)).isEqualTo((byte) 0x5a);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vfio-platform", "vfio-devtree"})
    void ofTwoInterruptsOnOneLineTheFirstWorks(String driver) throws IOException {
        try (Rebinding bound = Rebinding.of(sysfs, "platform", "torture@f00000000:wires-on-one-line", driver);
                Calls own = new Calls(world)) {
            int device = own.device(bound);
            int eventfd = own.eventfd(0);
            for (int i = 0; i < 2; i++) {
                assertThat(own.ioctl(
                                device, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, 4 | 32, i, 0, 1, eventfd)))
                        .isEqualTo(i == 0 ? "ok" : "EBUSY");
            }
        }
    }

    /** amba_probe asks for all nine interrupts and gives up if the controller of one may come later. */
    @Test
    void anAmbaDeviceIsDeferredAsAWhole() throws IOException {
        assertThatThrownBy(() -> Rebinding.of(sysfs, "amba", "f00373000.deferred", "vfio-amba"))
                .hasMessage(Errno.EAGAIN.text());
        try (Rebinding bound = Rebinding.of(sysfs, "amba", "f00370000.many-wires", "vfio-amba");
                Calls own = new Calls(world)) {
            assertThat(exposed(own, own.device(bound))).isEqualTo("0x1000m L L L L L L L L L");
        }
        try (Rebinding bound = Rebinding.of(sysfs, "amba", "f00372000.many-wires", "vfio-amba");
                Calls own = new Calls(world)) {
            assertThat(exposed(own, own.device(bound))).isEqualTo("0x1000m L");
        }
    }

    /** vfio-platform-base lists I/O windows and does no access. */
    @Test
    void anIoWindowCannotBeRead() throws IOException {
        try (Rebinding bound = Rebinding.of(sysfs, "platform", "f00300000.window-kinds", "vfio-devtree");
                Calls own = new Calls(world)) {
            int device = own.device(bound);
            assertThat(Calls.said(world.linux().pread(device, Calls.memory(4), 1L << 40)))
                    .isEqualTo("EINVAL");
            assertThat(Calls.said(world.linux().pread(device, Calls.memory(4), 2L << 40)))
                    .as("no bytes")
                    .isEqualTo("EINVAL");
        }
    }

    /**
     * Which lines of the GIC they are. VFIO does not say it, but Linux does: request_irq names an interrupt that is open
     * after its device (vfio_set_trigger and vfio_platform_irq_init of vfio_platform_irq.c).
     */
    @ParameterizedTest
    @CsvSource({
        "f00200000.hub",
        "f00160010.nexus-user",
        "f00160120.nexus-user",
        "torture@f00000000:wires-twice",
        "torture@f00000000:wires-by-relay",
        "f00310000.empty-ranges",
        "f81000000.wide-windows",
        "ffe300000.crypto",
        "ffe101300.dma"
    })
    void interruptsAreTheLinesThatTheTreePredicts(String name) throws IOException {
        world.needsRealDevices();
        List<IrqMapping> predicted =
                BootedTree.current().predicted(name, MappingPolicy.PROPOSAL).irqs();
        try (Rebinding bound = Rebinding.of(sysfs, "platform", name, "vfio-devtree");
                Calls own = new Calls(world)) {
            own.device(bound);
            assertThat(linesOf(name))
                    .containsExactlyInAnyOrderElementsOf(predicted.stream()
                            .map(irq ->
                                    32 + irq.specifier().get(1) + (irq.trigger().isLevel() ? " Level" : " Edge"))
                            .toList());
        }
    }

    /** Number at the GIC and trigger. */
    private List<String> linesOf(String device) {
        return sysfs.read(Path.of("/proc/interrupts"))
                .lines()
                .filter(line -> line.contains("vfio-irq[") && line.contains("(" + device + ")"))
                .map(line -> line.replaceFirst(".*GICv3 +(\\d+) +(Level|Edge).*", "$1 $2"))
                .toList();
    }
}
