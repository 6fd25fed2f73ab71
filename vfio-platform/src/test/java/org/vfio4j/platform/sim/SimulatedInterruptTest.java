// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.irq.Interrupt;

/** Lines that a test raises and lowers: of a node, whether or not somebody has its device open. */
class SimulatedInterruptTest {
    private final SimulatedBoard board = SmallTree.builder().readyToUse().build();

    private Interrupt open(String device, int index) throws Exception {
        return PlatformDevice.open(board.syscalls(), board.files(), device).interrupt(index);
    }

    @Test
    void aLineIsRaisedOrNot() {
        SimulatedInterrupt line = board.interrupt("/uart@1000", 0);
        assertThat(line.isRaised()).isFalse();
        line.raise();
        line.raise();
        assertThat(line.isRaised()).isTrue();
        line.lower();
        assertThat(line.isRaised()).isFalse();
        line.pulse();
        assertThat(line.isRaised()).isFalse();
    }

    @Test
    void anAliasNamesTheNodeToo() {
        board.interrupt("serial0", 0).raise();
        assertThat(board.interrupt("/uart@1000", 0).isRaised()).isTrue();
    }

    @Test
    void nodesWithOneLineShareIt() throws Exception {
        Interrupt uart = open(SmallTree.UART, 0);
        board.interrupt("/rival@301000", 0).raise();
        assertThat(board.interrupt("/uart@1000", 0).isRaised()).isTrue();
        assertThat(uart.await(Duration.ZERO)).isOne();
    }

    @Test
    void theInterruptsOfANodeAreLinesOfTheirOwn() throws Exception {
        Interrupt edge = open(SmallTree.FLASH, 0);
        board.interrupt("/flash@100000", 1).raise();
        assertThat(edge.await(Duration.ZERO)).isZero();
        board.interrupt("/flash@100000", 0).raise();
        assertThat(edge.await(Duration.ZERO)).isOne();
    }

    @Test
    void aLevelThatPulsesWhileItIsMaskedIsLost() throws Exception {
        Interrupt level = open(SmallTree.UART, 0);
        level.mask();
        board.interrupt("/uart@1000", 0).pulse();
        level.unmask();
        assertThat(level.await(Duration.ZERO)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "/uart@1000, 1, 'expected an interrupt of /uart@1000, which has 1, got 1'",
        "/uart@1000, -1, 'expected an interrupt of /uart@1000, which has 1, got -1'",
        "/free@300000, 0, 'expected an interrupt of /free@300000, which has 0, got 0'",
        "/none, 0, 'expected the path of a node, got /none'"
    })
    void itMustBeThere(String node, int index, String message) {
        assertThatThrownBy(() -> board.interrupt(node, index))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
