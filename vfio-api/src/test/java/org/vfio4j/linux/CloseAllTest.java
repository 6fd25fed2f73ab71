// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseAllTest {
    private final List<Integer> closed = new ArrayList<>();

    private void closeOdd(int number) {
        closed.add(number);
        if (number % 2 == 0) {
            throw new IllegalStateException("even: " + number);
        }
    }

    @Test
    void allAreClosedInTheirOrder() {
        CloseAll.of(List.of(1, 3, 5), this::closeOdd);
        assertThat(closed).containsExactly(1, 3, 5);
    }

    @Test
    void whatFailsDoesNotKeepTheOthersOpen() {
        assertThatThrownBy(() -> CloseAll.of(List.of(1, 2, 3, 4, 5), this::closeOdd))
                .hasMessage("even: 2")
                .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1))
                .satisfies(first -> assertThat(first.getSuppressed()[0]).hasMessage("even: 4"));
        assertThat(closed).containsExactly(1, 2, 3, 4, 5);
    }
}
