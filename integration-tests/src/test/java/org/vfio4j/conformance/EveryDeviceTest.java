// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeInfo;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.mapper.MappingResult;
import org.vfio4j.devtree.mapper.MappingResult.Mapped;
import org.vfio4j.devtree.platform.PlatformDeviceNode;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.vfio.PathInfo;
import org.vfio4j.vfio.VfioException;

/**
 * Three answers to which region and interrupt is which, for every device that can be bound: the mapper's prediction from
 * the tree, mainline VFIO's, and that of the module {@code vfio_devtree}. They must agree.
 */
class EveryDeviceTest extends ConformanceTest {
    /** Linux sets these up before there are devices (IRQCHIP_DECLARE and CLK_OF_DECLARE), and makes none of them. */
    private static final Set<String> SERVED_EARLY = Set.of("8000000.intc", "apb-pclk");

    /**
     * Opening the first two would request interrupts of each CPU, which makes Linux warn; the lab needs the next three;
     * and fw_cfg_sysfs_probe takes a device only once.
     */
    private static final Set<String> LEFT_ALONE =
            Set.of("timer", "pmu", "4010000000.pcie", "9050000.smmuv3", "9000000.pl011", "9020000.fw-cfg");

    private static final String BUSY = "Device or resource busy";

    /** What vfio-devtree refuses: devices with devices below, and with a controller that has no driver. */
    private static final Map<String, String> REFUSED = new HashMap<>();

    static {
        for (String bus : List.of("", ":shifted", ":shifted:deeper", ":through", ":walled", ":moated", ":numbered")) {
            REFUSED.put("torture@f00000000" + bus, BUSY);
        }
        REFUSED.put("torture@f00000000:flagged", BUSY);
        REFUSED.put("soc@ffe000000", BUSY);
        REFUSED.put("f00330000.family", BUSY);
        REFUSED.put("f00340000.clocked", BUSY);
        REFUSED.put("f00350000.deferred", Errno.EAGAIN.text());
        REFUSED.put("f00360000.deferred", Errno.EAGAIN.text());
    }

    private final BootedTree tree = BootedTree.current();
    private final PlatformBus buses = new PlatformBus(world.files());

    static Stream<String> platformDevices() {
        return devices(Bus.PLATFORM);
    }

    static Stream<String> ambaDevices() {
        return devices(Bus.AMBA);
    }

    private static Stream<String> devices(Bus bus) {
        return BootedTree.current().devices().values().stream()
                .filter(device -> device.bus() == bus)
                .map(PlatformDeviceNode::name)
                .filter(name -> !SERVED_EARLY.contains(name) && !LEFT_ALONE.contains(name));
    }

    /** Name, bus and node of each. */
    @Test
    void linuxMakesTheDevicesThatTheTreePredicts() throws IOException {
        List<String> made = buses.list().stream()
                .filter(device -> device.node().isPresent())
                .map(device -> device.bus() + " " + device.name() + " of "
                        + device.node().get())
                .toList();
        List<String> predicted = tree.devices().values().stream()
                .filter(device -> !SERVED_EARLY.contains(device.name()))
                .map(device -> device.bus() + " " + device.name() + " of "
                        + device.node().path())
                .toList();
        assertThat(made).containsExactlyInAnyOrderElementsOf(predicted).hasSizeGreaterThan(80);
    }

    /** Both worlds have them; else the other tests would pass by testing nothing. */
    @Test
    void bothWorldsHaveTheSameDevices() {
        assertThat(platformDevices()).hasSize(87);
        assertThat(ambaDevices())
                .containsExactlyInAnyOrder(
                        "9010000.pl031",
                        "9030000.pl061",
                        "f00370000.many-wires",
                        "f00372000.many-wires",
                        "f00373000.deferred");
    }

    @ParameterizedTest
    @MethodSource("platformDevices")
    void mainlineExposesWhatTheTreePredicts(String name) throws IOException {
        try (Rebinding bound = Rebinding.of(sysfs, "platform", name, "vfio-platform");
                PlatformDevice device = open(bound)) {
            Mapped mapped = agreed(DevtreeMapper.verify(tree.predicted(name, MappingPolicy.KERNEL), device.view()));
            // The mapper cannot know that a controller has no driver, and says where the list ends.
            assertThat(mapped.warnings())
                    .extracting(MappingIssue::kind)
                    .isEqualTo(
                            name.equals("f00360000.deferred")
                                    ? List.of(MappingIssue.Kind.IRQ_LIST_TRUNCATED)
                                    : List.of());
            assertThatThrownBy(() -> device.device().devtreeInfo(PathInfo.Type.REGION, 0))
                    .isInstanceOfSatisfying(
                            VfioException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.ENOTTY));
        }
    }

    @ParameterizedTest
    @MethodSource("platformDevices")
    void theModuleExposesAndAnswersWhatTheTreePredicts(String name) throws IOException {
        String refusal = REFUSED.get(name);
        if (refusal != null) {
            assertThatThrownBy(() -> Rebinding.of(sysfs, "platform", name, "vfio-devtree"))
                    .hasMessage(refusal);
            return;
        }
        DeviceMapping predicted = tree.predicted(name, MappingPolicy.PROPOSAL);
        try (Rebinding bound = Rebinding.of(sysfs, "platform", name, "vfio-devtree");
                PlatformDevice device = open(bound)) {
            Mapped mapped = agreed(DevtreeMapper.verify(predicted, device.view()));
            assertThat(mapped.warnings()).isEmpty();
            Optional<List<DevtreeInfo>> answers = device.devtreeInfo();
            assertThat(answers.orElse(List.of())).isEqualTo(predicted.devtreeInfo());
        }
    }

    @ParameterizedTest
    @MethodSource("ambaDevices")
    void anAmbaDeviceExposesWhatTheTreePredicts(String name) throws IOException {
        if (name.equals("f00373000.deferred")) {
            assertThatThrownBy(() -> Rebinding.of(sysfs, "amba", name, "vfio-amba"))
                    .hasMessage(Errno.EAGAIN.text());
            return;
        }
        try (Rebinding bound = Rebinding.of(sysfs, "amba", name, "vfio-amba");
                PlatformDevice device = open(bound)) {
            Mapped mapped = agreed(DevtreeMapper.verify(tree.predicted(name, MappingPolicy.KERNEL), device.view()));
            assertThat(mapped.warnings()).isEmpty();
        }
    }

    /** A driver that failed to bind leaves the device as it was. */
    @Test
    void whoeverWasRefusedIsAsBefore() throws IOException {
        Set<String> bound = boundDevices();
        REFUSED.keySet()
                .forEach(name -> assertThatThrownBy(() -> Rebinding.of(sysfs, "platform", name, "vfio-devtree"))
                        .isInstanceOf(IOException.class));
        assertThat(boundDevices()).isEqualTo(bound);
    }

    private Set<String> boundDevices() throws IOException {
        return buses.list().stream()
                .map(device -> device.name() + " " + device.driver() + " " + device.iommuGroup())
                .collect(Collectors.toSet());
    }

    private PlatformDevice open(Rebinding bound) throws IOException {
        return PlatformDevice.open(
                world.linux(), world.files(), bound.device().getFileName().toString());
    }

    private static Mapped agreed(MappingResult result) {
        assertThat(result).isInstanceOf(Mapped.class);
        return (Mapped) result;
    }
}
