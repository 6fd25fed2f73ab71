// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vfio4j.platform.guest.tree.ClockRates;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The rate of a clock, as a user says it.
 *
 * @param provider path of the node that provides it
 * @param specifier which of the provider's clocks
 * @param hertz the rate
 */
record ClockRate(String provider, List<Integer> specifier, long hertz) {
    private static final Pattern FORM = Pattern.compile("(/[^:=]+)(?::([0-9,]+))?=([0-9]{1,10})");

    /** What the user says of all clocks. */
    static ClockRates all(List<ClockRate> rates) {
        return (node, specifier) -> rates.stream()
                .filter(rate -> rate.provider.equals(node.path()) && rate.specifier.equals(specifier))
                .mapToLong(ClockRate::hertz)
                .mapToObj(OptionalLong::of)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    /** Reads {@code /clocks/pll@1000:3=24000000}. */
    static final class Converter implements ITypeConverter<ClockRate> {
        @Override
        public ClockRate convert(String text) {
            Matcher form = FORM.matcher(text);
            if (form.matches()) {
                long hertz = Long.parseLong(form.group(3));
                if (hertz >= 1 && hertz <= 0xffff_ffffL) {
                    return new ClockRate(form.group(1), cells(form.group(2)), hertz);
                }
            }
            throw new TypeConversionException(
                    "expected PATH=HZ or PATH:CELL,...=HZ with 1 to 4294967295 Hz, and not '" + text + "'");
        }

        private static List<Integer> cells(String text) {
            return text == null
                    ? List.of()
                    : Stream.of(text.split(",")).map(Integer::parseUnsignedInt).toList();
        }
    }
}
