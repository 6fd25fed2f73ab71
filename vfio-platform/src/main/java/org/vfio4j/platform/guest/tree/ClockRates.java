// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.List;
import java.util.OptionalLong;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.PhandleEntry;
import org.vfio4j.devtree.Property;

/** Knows the rates of clocks of the host that the tree does not say. */
@FunctionalInterface
public interface ClockRates {
    /**
     * The rate of a clock.
     *
     * @param provider the node that provides it
     * @param specifier which of the provider's clocks
     * @return its rate in Hz, 1 to 2^32 - 1, or empty if it is not known
     */
    OptionalLong rate(Node provider, List<Integer> specifier);

    /** {@return one that knows none} */
    static ClockRates unknown() {
        return (provider, specifier) -> OptionalLong.empty();
    }

    /**
     * What the tree says of a clock's rate: {@code clock-frequency} of a provider of one clock, or {@code
     * assigned-clock-rates} of the consumer or of the provider, which Linux sets before a driver binds ({@code
     * of_clk_set_defaults} of {@code drivers/clk/clk-conf.c}).
     *
     * @param consumer the node that uses the clock
     * @param provider the node that provides it
     * @param specifier which of the provider's clocks
     * @return its rate in Hz, or empty if the tree does not say
     */
    static OptionalLong inTree(Node consumer, Node provider, List<Integer> specifier) {
        if (specifier.isEmpty()) {
            Property frequency = provider.property("clock-frequency").orElse(null);
            if (frequency != null && frequency.length() == 4 && frequency.cell(0) != 0) {
                return OptionalLong.of(frequency.cell(0) & 0xffff_ffffL);
            }
        }
        OptionalLong assigned = assigned(consumer, provider, specifier);
        return assigned.isPresent() ? assigned : assigned(provider, provider, specifier);
    }

    private static OptionalLong assigned(Node by, Node provider, List<Integer> specifier) {
        Property rates = by.property("assigned-clock-rates").orElse(null);
        if (rates == null) {
            return OptionalLong.empty();
        }
        List<PhandleEntry> clocks = PhandleEntry.listOf(by, "assigned-clocks", "#clock-cells");
        for (int i = 0; i < Math.min(clocks.size(), rates.cellCount()); i++) {
            // A rate of 0 leaves the clock as it is.
            if (clocks.get(i).equals(new PhandleEntry.Reference(provider, specifier)) && rates.cell(i) != 0) {
                return OptionalLong.of(rates.cell(i) & 0xffff_ffffL);
            }
        }
        return OptionalLong.empty();
    }
}
