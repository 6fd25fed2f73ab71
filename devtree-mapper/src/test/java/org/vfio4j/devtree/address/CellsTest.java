// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Cells.Count;
import org.vfio4j.devtree.address.Cells.Origin;
import org.vfio4j.devtree.dts.DtsReader;

/** Linux, {@code of_bus_n_addr_cells} and {@code of_bus_n_size_cells} in drivers/of/base.c. */
class CellsTest {
    private final DeviceTree tree = DtsReader.read("""
            / {
                #address-cells = <2>;
                soc {
                    #size-cells = <1>;
                    bus { dev {}; };
                    pci { device_type = "pci"; #address-cells = <1>; dev {}; };
                    isa@0 { dev {}; };
                    empty { #address-cells; dev {}; };
                };
            };
            """);

    @Test
    void aCountOfTheParentIsExplicit() {
        Cells cells = Cells.forRegOf(node("/soc/bus"));

        assertThat(cells.size()).isEqualTo(new Count(1, Origin.EXPLICIT, Optional.of(node("/soc"))));
    }

    @Test
    void aCountOfAnAncestorIsInherited() {
        Cells cells = Cells.forRegOf(node("/soc/bus/dev"));

        assertThat(cells.address()).isEqualTo(new Count(2, Origin.INHERITED, Optional.of(tree.root())));
        assertThat(cells.size()).isEqualTo(new Count(1, Origin.INHERITED, Optional.of(node("/soc"))));
    }

    @Test
    void withoutAnyCountTheDefaultIsOne() {
        assertThat(Cells.forRegOf(node("/soc")).size()).isEqualTo(new Count(1, Origin.DEFAULT, Optional.empty()));
    }

    @Test
    void aPciBusHasThreeAndTwoWhateverItSays() {
        Cells cells = Cells.forRegOf(node("/soc/pci/dev"));

        Optional<Node> pci = Optional.of(node("/soc/pci"));
        assertThat(cells.address()).isEqualTo(new Count(3, Origin.BUS_TYPE, pci));
        assertThat(cells.size()).isEqualTo(new Count(2, Origin.BUS_TYPE, pci));
    }

    @Test
    void anIsaBusHasTwoAndOne() {
        Cells cells = Cells.forChildrenOf(node("/soc/isa@0"));

        assertThat(cells.address().value()).isEqualTo(2);
        assertThat(cells.size().value()).isEqualTo(1);
    }

    @Test
    void aPropertyWithoutACellDoesNotCount() {
        assertThat(Cells.forRegOf(node("/soc/empty/dev")).address().origin()).isEqualTo(Origin.INHERITED);
    }

    private Node node(String path) {
        return Shown.node(tree, path);
    }
}
