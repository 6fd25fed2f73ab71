// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;

/**
 * Any bytes are a tree or a {@link DeviceTreeException}. The build runs it on its seeds; this searches on from there:
 * {@code JAZZER_FUZZ=1 mvn test -pl devtree-mapper -Dtest=FdtFuzzTest -Dtest.jvm.arguments=-Djazzer.hooks=true}.
 */
class FdtFuzzTest {
    static Stream<Arguments> seeds() {
        return SampleTrees.all().stream().map(tree -> Arguments.of((Object) FdtWriter.write(tree)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void anyBytes(byte[] blob) {
        DeviceTree tree;
        try {
            tree = FdtReader.read(blob);
        } catch (DeviceTreeException expected) {
            return;
        }
        TreeWalk.walk(tree);
        SameTree.check(tree, FdtReader.read(FdtWriter.write(tree)));
    }
}
