// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mockito.invocation.InvocationOnMock;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.live.LiveTree.OrderSource;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.MappingIssue.Kind;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.sim.SimulatedBoard;

/** Every file that an inspection reads fails in turn with an I/O error, also while the device is open. */
class InspectionFileFaultTest {
    private static final Set<String> FAILING = Set.of("read", "list", "readLink");
    private static final Path BLOB = Path.of("/sys/firmware/fdt");

    private final SimulatedBoard board = SimulatedBoard.builder(DtsReader.read("""
                            / {
                                #address-cells = <1>;
                                #size-cells = <1>;
                                interrupt-parent = <&pic>;
                                pic: pic { compatible = "acme,pic"; interrupt-controller; #interrupt-cells = <1>; };
                                dma@1000 {
                                    compatible = "acme,dma";
                                    reg = <0x1000 0x1000>;
                                    channel@1 { interrupts = <1>; };
                                    channel@0 { interrupts = <0>; };
                                };
                            };
                            """))
            .readyToUse()
            .vfioDevtree(true)
            .build();
    private final List<Path> paths = new ArrayList<>();
    private int failAt = -1;

    private final HostFiles faulty =
            mock(HostFiles.class, withSettings().stubOnly().defaultAnswer(this::answer));

    private Object answer(InvocationOnMock call) throws Throwable {
        if (FAILING.contains(call.getMethod().getName())) {
            paths.add(call.getArgument(0));
            if (paths.size() - 1 == failAt) {
                throw new IOException("injected");
            }
        }
        try {
            return call.getMethod().invoke(board.files(), call.getArguments());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Inspection inspect() throws IOException {
        paths.clear();
        SysfsDevice dma = new PlatformBus(faulty).find("1000.dma");
        return new Inspector(board::syscalls, faulty).inspect(dma, InspectionRequest.of(MappingPolicy.PROPOSAL));
    }

    @Test
    void a_file_that_cannot_be_read_is_an_error_and_leaves_nothing_open() throws IOException {
        assertThat(inspect().errors()).isEmpty();
        List<Path> sequence = List.copyOf(paths);
        assertThat(sequence).filteredOn(BLOB::equals).hasSize(2);

        for (failAt = 0; failAt < sequence.size(); failAt++) {
            Path failed = sequence.get(failAt);
            String what = "call " + failAt + ", " + failed;
            try {
                // Only the blob can be done without: it has the order of the nodes, and the result tells that it is
                // lost.
                Inspection inspection = inspect();
                assertThat(failed).as(what).isEqualTo(BLOB);
                assertThat(inspection.errors())
                        .as(what)
                        .extracting(MappingIssue::kind)
                        .contains(Kind.TREE_CHANGED);
                assertThat(inspection.order() == OrderSource.SORTED)
                        .as(what)
                        .isEqualTo(failAt == sequence.indexOf(BLOB));
            } catch (IOException failure) {
                assertThat(failure).as(what).hasMessage("injected");
            }
            assertThat(board.openDescriptors()).as(what).isEmpty();
        }
    }
}
