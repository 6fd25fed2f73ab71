// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingPolicy;

/** A client finds a VFIO region or IRQ by node. */
class MappingPropertiesTest {
    // A DMA controller with channels below it, as in the second example of the proposal.
    private static final DeviceTree TREE = DtsReader.read("""
            / { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
                gic: gic { compatible = "arm,gic-400"; interrupt-controller; #interrupt-cells = <3>; };
                soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges = <0 0xf 0xfe000000 0x1000000>;
                    dma@101300 { reg = <0x101300 4>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0x101100 0x200>;
                        interrupts = <0 9 4>;
                        channel@0 { reg = <0 0x80>; interrupts = <0 20 1>; };
                        channel@80 { reg = <0x80 0x80>; interrupts = <0 21 4>, <0 22 4>; };
                    };
                };
            };
            """);
    private static final String DMA = "/soc/dma@101300";

    private static int[] cells(Client client, String path, String name) {
        ByteBuffer value = ByteBuffer.wrap(client.property(path, name));
        int[] cells = new int[value.remaining() / 4];
        value.asIntBuffer().get(cells);
        return cells;
    }

    private static DeviceMapping mapping(String path, MappingPolicy policy) {
        return DevtreeMapper.predict(TREE.find(path).orElseThrow(), policy);
    }

    @Test
    void regionsAndIrqsOfTheProposalStandAtTheirNodes() {
        Client client = Client.of(TREE, settings -> settings.mapping(mapping(DMA, MappingPolicy.PROPOSAL)));
        assertThat(cells(client, DMA, MappingProperties.REGIONS))
                .containsExactly(0, 1, 0, 0xf, 0xfe101100, 0, 0x200, 1, 0, 0, 0xf, 0xfe101300, 0, 4);
        assertThat(cells(client, DMA + "/channel@0", MappingProperties.IRQS)).containsExactly(0, 0, 1);
        assertThat(cells(client, DMA + "/channel@80", MappingProperties.IRQS)).containsExactly(1, 0, 4, 2, 1, 4);
        assertThat(cells(client, DMA, MappingProperties.IRQS)).containsExactly(3, 0, 4);
        assertThat(new String(client.property(DMA + "/channel@80", MappingProperties.DEVICE)))
                .isEqualTo(DMA + "\0");
        assertThat(client.call("getproplen", client.find(DMA + "/channel@0"), MappingProperties.REGIONS))
                .isEqualTo(-1);
    }

    @Test
    void aKernelsMappingHasNoIrqsOfChildren() {
        Client client = Client.of(TREE, settings -> settings.mapping(mapping(DMA, MappingPolicy.KERNEL)));
        assertThat(cells(client, DMA, MappingProperties.REGIONS)).containsExactly(0, 0, 0, 0xf, 0xfe101300, 0, 4);
        assertThat(client.call("getproplen", client.find(DMA + "/channel@0"), MappingProperties.DEVICE))
                .isEqualTo(-1);
    }

    @Test
    void twoDevicesCannotHaveTheSameNode() {
        assertThatThrownBy(() -> Client.of(
                        TREE,
                        settings -> settings.mapping(mapping(DMA, MappingPolicy.PROPOSAL))
                                .mapping(mapping(DMA + "/channel@0", MappingPolicy.KERNEL))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(DMA + "/channel@0");
    }
}
