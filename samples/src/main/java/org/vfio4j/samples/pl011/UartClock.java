// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import java.util.Optional;
import java.util.OptionalLong;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;

/**
 * The rate of a clock of a device, as far as the device tree alone says it: of a {@code fixed-clock}. Bindings: schemas
 * clock/clock.yaml of dt-schema, clock/fixed-clock.yaml and serial/pl011.yaml of Linux.
 */
final class UartClock {
    private static final String NAME = "uartclk";

    private UartClock() {}

    /** The rate in Hz of the clock {@code uartclk}, or of the first one where they have no names. */
    static OptionalLong rate(Node uart) {
        int wanted = Math.max(0, uart.strings("clock-names").indexOf(NAME));
        return provider(uart, wanted)
                .filter(clock -> clock.isCompatible("fixed-clock"))
                .flatMap(clock -> clock.property("clock-frequency"))
                .map(frequency -> OptionalLong.of(Integer.toUnsignedLong(frequency.u32())))
                .orElse(OptionalLong.empty());
    }

    /** The entries of {@code clocks} are phandles, each followed by as many cells as the clock's node says. */
    private static Optional<Node> provider(Node uart, int wanted) {
        Optional<Property> clocks = uart.property("clocks");
        int cells = clocks.map(Property::cellCount).orElse(0);
        int entry = 0;
        for (int at = 0; at < cells; entry++) {
            Optional<Node> clock = uart.tree().byPhandle(clocks.get().cell(at));
            if (clock.isEmpty() || entry == wanted) {
                return clock;
            }
            at += 1 + clock.get().property("#clock-cells").map(Property::u32).orElse(0);
        }
        return Optional.empty();
    }
}
