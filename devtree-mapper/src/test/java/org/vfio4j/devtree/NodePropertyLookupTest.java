// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodePropertyLookupTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 64, 65, 1000})
    void theFirstPropertyOfANameIsFoundAmongFewAndMany(int count) {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        for (int i = 0; i < count; i++) {
            builder.cells("p" + i, i);
        }
        Node root = builder.cells("p0", 99).endNode().build().root();

        assertThat(root.property("p0").orElseThrow().u32()).isZero();
        assertThat(root.property("p" + (count - 1)).orElseThrow().u32()).isEqualTo(count - 1);
        assertThat(root.property("p" + count)).isEmpty();
        assertThat(root.strings("p" + count)).isEmpty();
    }
}
