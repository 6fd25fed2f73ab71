// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/** Names of devices: Linux, {@code of_device_make_bus_id} in drivers/of/device.c. All were seen in sysfs of Linux 6.12. */
class NameTest {
    private final DeviceTree tree = DtsReader.read("""
            / {
                #address-cells = <2>; #size-cells = <2>;
                soc@ffe000000 { reg = <0xf 0xfe000000 0 0x1000>; #address-cells = <1>; #size-cells = <1>;
                    ranges = <0 0xf 0xfe000000 0x1000000>;
                    sata@220000 { reg = <0x220000 0x1000>; };
                    masked@5000 { reg = <0x5000 4>; mask = <8>; };
                    zeromask@5100 { reg = <0x5100 4>; mask = <0>; };
                    noreg { deep {}; };
                    bad@2000000 { reg = <0x2000000 4>; };
                    noranges@8000 { reg = <0x8000 0x1000>; #address-cells = <1>; #size-cells = <1>;
                        dev@0 { reg = <0 4>; };
                    };
                    trunc@60000 { reg = <0x60000>; };
                    flags@d000 { #address-cells = <3>; #size-cells = <1>; ranges = <1 0 0 0xd000 0x1000>;
                        dev@1 { reg = <1 0 0x10 4>; };
                    };
                };
                bus0 { dev {}; };
            };
            """);

    private String name(String path) {
        return PlatformDevices.nameOf(tree.find(path).orElseThrow());
    }

    @Test
    void theCpuAddressAndTheBaseName() {
        assertThat(name("/soc@ffe000000")).isEqualTo("ffe000000.soc");
        assertThat(name("/soc@ffe000000/sata@220000")).isEqualTo("ffe220000.sata");
    }

    @Test
    void maskAddsTheNumberOfItsLowestBit() {
        assertThat(name("/soc@ffe000000/masked@5000")).isEqualTo("ffe005000.3.masked");
        // ffs(0) - 1, printed with %x.
        assertThat(name("/soc@ffe000000/zeromask@5100")).isEqualTo("ffe005100.ffffffff.zeromask");
    }

    @Test
    void withoutAnAddressTheFullNameGoesAfterTheParents() {
        assertThat(name("/soc@ffe000000/noreg")).isEqualTo("ffe000000.soc:noreg");
        assertThat(name("/soc@ffe000000/noreg/deep")).isEqualTo("ffe000000.soc:noreg:deep");
        assertThat(name("/bus0/dev")).isEqualTo("bus0:dev");
        assertThat(name("/bus0")).isEqualTo("bus0");
    }

    @Test
    void anAddressThatDoesNotTranslateIsNone() {
        assertThat(name("/soc@ffe000000/bad@2000000")).isEqualTo("ffe000000.soc:bad@2000000");
        assertThat(name("/soc@ffe000000/noranges@8000/dev@0")).isEqualTo("ffe008000.noranges:dev@0");
    }

    @Test
    void anAddressCountsEvenIfItsEntryIsNoRegion() {
        assertThat(name("/soc@ffe000000/trunc@60000")).isEqualTo("ffe060000.trunc");
        assertThat(name("/soc@ffe000000/flags@d000/dev@1")).isEqualTo("ffe00d010.dev");
    }

    @Test
    void theRootHasNone() {
        assertThat(PlatformDevices.nameOf(tree.root())).isEmpty();
    }
}
