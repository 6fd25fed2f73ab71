// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionMode;
import org.vfio4j.platform.InspectionRequest;
import org.vfio4j.platform.Inspector;
import org.vfio4j.platform.PlatformBus;

/** What the mapper predicts of a tree is what the kernel that booted with it exposes. */
class MapperTest extends ConformanceTest {
    private final PlatformBus bus = new PlatformBus(world.files());
    private final Inspector inspector = new Inspector(world::linux, world.files());

    private Inspection inspect(String device) throws IOException {
        return inspector.inspect(bus.find(device), InspectionRequest.of(MappingPolicy.KERNEL));
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void predictionAndDeviceAgree(LabDevice device) throws IOException {
        Inspection inspection = inspect(device.device);
        assertThat(inspection.mode()).isEqualTo(InspectionMode.OPENED);
        assertThat(inspection.errors()).isEmpty();
        assertThat(inspection.node()).isEqualTo(device.node);
        assertThat(inspection.regions()).hasSameSizeAs(device.regions);
        assertThat(inspection.irqs()).hasSameSizeAs(device.irqs);
    }

    @Test
    void whatMainlineDoesNotExposeOfTheExamplesOfTheProposal() throws IOException {
        assertThat(inspect(LabDevice.SATA.device).unexposed()).isEmpty();
        assertThat(inspect(LabDevice.CRYPTO.device).unexposed())
                .as("two job rings")
                .hasSize(2);
        assertThat(inspect(LabDevice.DMA.device).unexposed())
                .as("a window and two channels")
                .hasSize(3);
    }

    /** The proposal counts three interrupts of crypto where mainline has one: that must not pass as a mapping. */
    @Test
    void aDisagreementIsFound() throws IOException {
        Inspection inspection = inspector.inspect(
                bus.find(LabDevice.CRYPTO.device), new InspectionRequest(MappingPolicy.PROPOSAL, true, false));
        assertThat(inspection.errors()).isNotEmpty();
    }
}
