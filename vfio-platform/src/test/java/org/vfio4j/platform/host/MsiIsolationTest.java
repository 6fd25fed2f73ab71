// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.dts.DtsReader;

/** msi_device_has_isolated_msi of kernel/irq/msi.c, of_msi_get_domain of drivers/of/irq.c, irq-gic-v3-its.c. */
class MsiIsolationTest {
    @ParameterizedTest
    @CsvSource({
        "'', false",
        "'msi-parent = <&its 5>;', true",
        "'msi-parent = <&frame>;', false",
        "'msi-parent = <&frame>, <&its 5>;', true",
        "'msi-parent = <&off 1>;', false",
        "'msi-parent = <&pre 1>;', false",
        "'msi-parent = <77>;', false"
    })
    void anItsIsolates(String property, boolean isolated) {
        assertThat(MsiIsolation.of(
                        DtsReader.read("""
                        /dts-v1/;
                        / {
                            its: its { compatible = "arm,gic-v3-its"; #msi-cells = <1>; };
                            off: off { compatible = "arm,gic-v3-its"; #msi-cells = <1>; status = "disabled"; };
                            pre: pre {
                                compatible = "arm,gic-v3-its"; #msi-cells = <1>;
                                socionext,synquacer-pre-its = <0x58000000 0x200000>;
                            };
                            frame: frame { compatible = "arm,gic-v2m-frame"; };
                            device { %s };
                        };
                        """.formatted(property)).find("/device").orElseThrow()))
                .isEqualTo(isolated);
    }
}
