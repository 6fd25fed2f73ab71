// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.pl011;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;

class UartClockTest {
    private static OptionalLong rate(String properties) {
        return UartClock.rate(
                DtsReader.read("""
                        /dts-v1/;
                        / {
                            slow: clock-24mhz {
                                compatible = "fixed-clock";
                                #clock-cells = <0>;
                                clock-frequency = <24000000>;
                            };
                            fast: clock-3ghz {
                                compatible = "fixed-clock";
                                #clock-cells = <0>;
                                clock-frequency = <3000000000>;
                            };
                            controller: clock-controller {
                                compatible = "test,clock-controller";
                                #clock-cells = <2>;
                                clock-frequency = <1>;
                            };
                            serial {
                                %s
                            };
                        };
                        """.formatted(properties)).find("/serial").orElseThrow());
    }

    @Test
    void itIsTheClockOfTheName() {
        assertThat(rate("clocks = <&slow>, <&fast>; clock-names = \"apb_pclk\", \"uartclk\";"))
                .hasValue(3_000_000_000L);
    }

    @Test
    void withoutNamesItIsTheFirst() {
        assertThat(rate("clocks = <&slow>, <&fast>;")).hasValue(24_000_000);
    }

    @Test
    void entriesHaveAsManyCellsAsTheirClockSays() {
        assertThat(rate("clocks = <&controller 7 1>, <&fast>; clock-names = \"apb_pclk\", \"uartclk\";"))
                .hasValue(3_000_000_000L);
    }

    @Test
    void theRateOfAnotherClockIsNotInTheTree() {
        assertThat(rate("clocks = <&controller 7 1>;")).isEmpty();
    }

    @Test
    void thereMayBeNone() {
        assertThat(rate("")).isEmpty();
        assertThat(rate("clocks = <0x7f>;")).as("no such phandle").isEmpty();
        assertThat(rate("clocks = <&slow>; clock-names = \"apb_pclk\", \"uartclk\";"))
                .as("too few entries")
                .isEmpty();
    }
}
