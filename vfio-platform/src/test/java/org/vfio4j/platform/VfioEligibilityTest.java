// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.platform.VfioEligibility.State;

class VfioEligibilityTest {
    private static final String UART = "9000000.uart";

    @TempDir
    Path directory;

    private SysfsDirectory sysfs;

    @BeforeEach
    void sysfs() throws IOException {
        sysfs = new SysfsDirectory(directory);
    }

    private VfioEligibility eligibility() throws IOException {
        return new PlatformBus(sysfs).find(UART).eligibility();
    }

    private void withNode() {
        sysfs.platformDevice(UART, "/uart@9000000");
    }

    @Test
    void a_device_of_the_vfio_driver_is_bound() throws IOException {
        withNode();
        sysfs.bound(UART, "platform", "vfio-platform");

        assertThat(eligibility()).isEqualTo(new VfioEligibility(State.BOUND, "bound to vfio-platform"));
        assertThat(eligibility().isEligible()).isTrue();
        assertThat(new PlatformBus(sysfs).find(UART).policy()).isEqualTo(MappingPolicy.KERNEL);
    }

    @Test
    void an_amba_device_needs_the_driver_of_its_bus() throws IOException {
        sysfs.device("amba", UART, "OF_FULLNAME=/uart@9000000\n").driver("platform", "vfio-platform");
        assertThat(eligibility().state()).isEqualTo(State.NO_VFIO_DRIVER);
        assertThat(eligibility().reason()).contains("modprobe vfio-amba");

        sysfs.bound(UART, "amba", "vfio-amba");
        assertThat(eligibility().state()).isEqualTo(State.BOUND);
    }

    // integration-tests/lab/module: the driver that answers VFIO_DEVICE_GET_DEVTREE_INFO.
    @Test
    void a_device_of_vfio_devtree_is_bound() throws IOException {
        withNode();
        sysfs.bound(UART, "platform", "vfio-devtree");

        assertThat(eligibility()).isEqualTo(new VfioEligibility(State.BOUND, "bound to vfio-devtree"));
        assertThat(new PlatformBus(sysfs).find(UART).policy()).isEqualTo(MappingPolicy.PROPOSAL);
    }

    @Test
    void vfio_devtree_is_a_driver_of_the_platform_bus_only() throws IOException {
        sysfs.device("amba", UART, "OF_FULLNAME=/uart@9000000\n").bound(UART, "amba", "vfio-devtree");

        assertThat(eligibility().state()).isEqualTo(State.NO_VFIO_DRIVER);
    }

    @Test
    void with_vfio_devtree_alone_a_device_can_be_bound_and_its_parameter_decides() throws IOException {
        withNode();
        sysfs.driver("platform", "vfio-devtree").inGroup(UART, 3);
        assertThat(eligibility()).isEqualTo(new VfioEligibility(State.CAN_BIND, "can be bound"));

        sysfs.file("/sys/module/vfio_devtree/parameters/reset_required", "Y\n");
        assertThat(eligibility().reason()).contains("vfio_devtree.reset_required=0");
    }

    // vfio_platform_of_probe of vfio_platform_common.c needs the compatible of a node.
    @Test
    void a_device_without_a_node_cannot_be_bound() throws IOException {
        sysfs.device("platform", UART, "MODALIAS=platform:uart\n").driver("platform", "vfio-platform");

        assertThat(eligibility().state()).isEqualTo(State.NO_DEVICE_TREE_NODE);
        assertThat(eligibility().isEligible()).isFalse();
    }

    @Test
    void without_the_driver_no_device_can_be_bound() throws IOException {
        withNode();

        assertThat(eligibility().state()).isEqualTo(State.NO_VFIO_DRIVER);
    }

    @Test
    void without_a_group_the_mode_without_iommu_decides() throws IOException {
        withNode();
        sysfs.driver("platform", "vfio-platform");
        assertThat(eligibility().state()).isEqualTo(State.NO_IOMMU_GROUP);

        sysfs.file("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "N\n");
        assertThat(eligibility().state()).isEqualTo(State.NO_IOMMU_GROUP);

        sysfs.file("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n");
        assertThat(eligibility()).isEqualTo(new VfioEligibility(State.CAN_BIND, "can be bound, without IOMMU"));
    }

    // On Linux 6.12 the group of a device that was never probed is made by the first bind.
    @Test
    void a_node_that_names_an_iommu_needs_no_group_yet() throws IOException {
        withNode();
        sysfs.driver("platform", "vfio-platform").file("/sys/firmware/devicetree/base/uart@9000000/iommus", "x");

        assertThat(eligibility())
                .isEqualTo(new VfioEligibility(
                        State.CAN_BIND, "can be bound, if the IOMMU of its iommus property has a driver"));
    }

    @Test
    void a_device_of_another_driver_can_be_bound_after_it_lets_go() throws IOException {
        withNode();
        sysfs.driver("platform", "vfio-platform")
                .bound(UART, "platform", "of_serial")
                .inGroup(UART, 3);

        assertThat(eligibility())
                .isEqualTo(new VfioEligibility(State.CAN_BIND, "can be bound once of_serial lets go of it"));
    }

    @Test
    void the_reason_says_that_a_reset_function_is_required() throws IOException {
        withNode();
        sysfs.driver("platform", "vfio-platform").inGroup(UART, 3);
        sysfs.file("/sys/module/vfio_platform/parameters/reset_required", "Y\n");

        assertThat(eligibility().state()).isEqualTo(State.CAN_BIND);
        assertThat(eligibility().reason()).contains("vfio_platform.reset_required=0");
    }

    // iommu_group_claim_dma_owner of drivers/iommu/iommu.c: all devices of a group are VFIO's or nobody's.
    @Test
    void a_group_with_another_device_in_use_is_not_viable() throws IOException {
        withNode();
        sysfs.driver("platform", "vfio-platform").inGroup(UART, 3);
        sysfs.platformDevice("9001000.dma", "/dma@9001000").inGroup("9001000.dma", 3);
        assertThat(eligibility().state()).isEqualTo(State.CAN_BIND);

        sysfs.bound("9001000.dma", "platform", "pl330");
        assertThat(eligibility().state()).isEqualTo(State.GROUP_NOT_VIABLE);
        assertThat(eligibility().reason()).contains("9001000.dma (driver pl330)");
    }
}
