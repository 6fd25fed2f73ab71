// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTreeException.Kind;

class DeviceTreeBuilderTest {
    @Test
    void orderIsKept() {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .cells("z", 1)
                .cells("a", 2)
                .beginNode("y")
                .beginNode("b")
                .endNode()
                .beginNode("a")
                .endNode()
                .endNode()
                .beginNode("x")
                .endNode()
                .endNode()
                .build();

        assertThat(tree.nodes()).extracting(Node::path).containsExactly("/", "/y", "/y/b", "/y/a", "/x");
        assertThat(tree.nodes()).extracting(Node::index).containsExactly(0, 1, 2, 3, 4);
        assertThat(tree.root().properties()).extracting(Property::name).containsExactly("z", "a");
        assertThat(tree.root().children()).extracting(Node::name).containsExactly("y", "x");
        assertThat(tree.root().children().get(0).parent()).containsSame(tree.root());
        assertThat(tree.root().tree()).isSameAs(tree);
    }

    @Test
    void noStringsAreAnEmptyValue() {
        DeviceTree tree = DeviceTree.builder()
                .beginNode("")
                .strings("none")
                .strings("empty", "")
                .endNode()
                .build();

        assertThat(tree.root().property("none").orElseThrow().length()).isZero();
        assertThat(tree.root().property("empty").orElseThrow().strings()).containsExactly("");
    }

    @Test
    void theRootHasNoName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DeviceTree.builder().beginNode("root"))
                .withMessageContaining("'root'");
    }

    @Test
    void callsOutOfOrderAreRefused() {
        DeviceTreeBuilder outside = DeviceTree.builder();
        assertThatIllegalStateException().isThrownBy(() -> outside.cells("p", 1));
        assertThatIllegalStateException().isThrownBy(outside::endNode);
        assertThatIllegalStateException().isThrownBy(outside::build);

        DeviceTreeBuilder open = DeviceTree.builder().beginNode("");
        assertThatIllegalStateException().isThrownBy(open::build);
        assertThatIllegalStateException().isThrownBy(() -> open.reserveMemory(0, 1));
        assertThatIllegalStateException().isThrownBy(() -> open.bootCpuId(1));

        DeviceTreeBuilder afterChild = open.beginNode("c").endNode();
        assertThatIllegalStateException()
                .isThrownBy(() -> afterChild.cells("p", 1))
                .withMessageContaining("before the children");

        DeviceTreeBuilder ended = open.endNode();
        assertThatIllegalStateException().isThrownBy(() -> ended.beginNode("")).withMessageContaining("one root");

        ended.build();
        assertThatIllegalStateException().isThrownBy(ended::build).withMessageContaining("has been built");
        assertThatIllegalStateException().isThrownBy(() -> ended.beginNode(""));
    }

    @Test
    void nodesAreNestedUpToTheLimit() {
        DeviceTreeBuilder builder = DeviceTree.builder().beginNode("");
        while (builder.depth() < DeviceTree.MAX_DEPTH) {
            builder.beginNode("n");
        }

        assertThatExceptionOfType(DeviceTreeException.class)
                .isThrownBy(() -> builder.beginNode("n"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TOO_DEEP))
                .satisfies(e -> assertThat(e.place()).startsWith("/n/n/n"));
    }

    @Test
    void pathIsThatOfTheNodeBegunLast() {
        DeviceTreeBuilder builder = DeviceTree.builder();
        assertThat(builder.path()).isEqualTo("/");
        assertThat(builder.beginNode("").path()).isEqualTo("/");
        assertThat(builder.beginNode("a").beginNode("b@1").path()).isEqualTo("/a/b@1");
        assertThat(builder.endNode().path()).isEqualTo("/a");
    }
}
