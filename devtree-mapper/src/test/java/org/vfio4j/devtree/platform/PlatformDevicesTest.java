// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** Which nodes become devices: Linux, {@code of_platform_bus_create} and its callers in drivers/of/platform.c. */
class PlatformDevicesTest {
    private static List<String> devices(String nodes) {
        return PlatformDevices.of(DtsReader.read("/ { #address-cells = <1>; #size-cells = <1>; " + nodes + " };"))
                .stream()
                .map(PlatformDeviceNode::name)
                .toList();
    }

    @Test
    void childrenOfTheRootWithCompatibleAreDevices() {
        assertThat(devices("a { compatible = \"v,a\"; }; b {}; c@10 { compatible = \"v,c\"; reg = <0x10 1>; };"))
                .containsExactly("a", "10.c");
    }

    @Test
    void busesAreDevicesAndSoAreTheirChildren() {
        assertThat(devices("""
                        soc { compatible = "v,soc", "simple-bus"; ranges; #address-cells = <1>; #size-cells = <1>;
                            mfd@100 { compatible = "Simple-MFD"; reg = <0x100 0x10>;
                                leaf { compatible = "v,leaf"; below { compatible = "v,below"; }; };
                            };
                            isa-bus { compatible = "isa"; port { compatible = "v,port"; }; };
                            amba { compatible = "arm,amba-bus"; pl { compatible = "v,pl"; }; };
                            plain {};
                        };
                        """))
                .containsExactly(
                        "soc", "100.mfd", "100.mfd:leaf", "soc:isa-bus", "soc:isa-bus:port", "soc:amba", "soc:amba:pl");
    }

    @Test
    void unavailableNodesAndWhatIsBelowThemAreNot() {
        assertThat(devices("""
                        a { compatible = "v,a"; status = "disabled"; };
                        b { compatible = "simple-bus"; status = "reserved"; c { compatible = "v,c"; }; };
                        d { compatible = "v,d"; status = "okay"; };
                        e { compatible = "v,e"; status = "ok"; };
                        f { compatible = "v,f"; status = ""; };
                        """)).containsExactly("d", "e");
    }

    @Test
    void operatingPointsAreNot() {
        assertThat(devices("opp { compatible = \"v,opp\", \"operating-points-v2\"; };"))
                .isEmpty();
    }

    @Test
    void primecellsAreAmbaDevicesIfTheyHaveRegisters() {
        List<PlatformDeviceNode> devices = PlatformDevices.of(DtsReader.read("""
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    uart@1000 { compatible = "arm,pl011", "arm,primecell"; reg = <0x1000 0x1000>;
                        sub { compatible = "v,sub"; };
                    };
                    bus { compatible = "simple-bus", "arm,primecell"; sub { compatible = "v,sub"; }; };
                    off@2000 { compatible = "arm,primecell"; reg = <0x2000 0x1000>; status = "disabled"; };
                };
                """));

        assertThat(devices).hasSize(1);
        assertThat(devices.get(0).name()).isEqualTo("1000.uart");
        assertThat(devices.get(0).bus()).isEqualTo(Bus.AMBA);
    }

    @Test
    void reservedMemoryComesFirstThenFirmwareThenFramebufferThenTheRest() {
        assertThat(devices("""
                        a { compatible = "v,a"; };
                        chosen { display { compatible = "v,x", "simple-framebuffer"; };
                                 second { compatible = "simple-framebuffer"; }; };
                        firmware { compatible = "simple-bus"; scmi { compatible = "arm,scmi"; }; };
                        reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;
                            log@100 { compatible = "ramoops"; reg = <0x100 0x10>; };
                            dead@200 { compatible = "phram"; reg = <0x200 0x10>; status = "disabled"; };
                            pool@300 { compatible = "shared-dma-pool"; reg = <0x300 0x10>; };
                        };
                        smem { compatible = "qcom,smem"; };
                        """)).containsExactly("100.log", "smem", "firmware:scmi", "chosen:display", "a");
    }

    @Test
    void aPowerPcSocIsASimpleBusLikeAnyOther() {
        assertThat(devices("""
                        soc@ffe000000 { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>;
                            ranges = <0 0xfe000000 0x1000000>;
                            sata@220000 { compatible = "fsl,pq-sata-v2"; reg = <0x220000 0x1000>; };
                            dma@101300 { compatible = "fsl,eloplus-dma"; reg = <0x101300 4>; ranges = <0 0x101100 0x200>;
                                #address-cells = <1>; #size-cells = <1>;
                                dma-channel@0 { compatible = "fsl,eloplus-dma-channel"; reg = <0 0x80>; };
                            };
                        };
                        """)).containsExactly("soc@ffe000000", "fe220000.sata", "fe101300.dma");
    }
}
