// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.platform.DeviceLookupException.Kind;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegionFlag;

/** Inspection without a kernel. */
class PredictionTest {
    private static final DeviceTree TREE = DtsReader.readWithSymbols("""
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                interrupt-parent = <&gic>;

                aliases { serial0 = "/soc/uart@1000"; };

                gic: intc { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; };

                soc {
                    compatible = "simple-bus";
                    #address-cells = <1>;
                    #size-cells = <1>;
                    ranges = <0 0x40000000 0x100000>;

                    console: uart@1000 {
                        compatible = "acme,uart";
                        reg = <0x1000 0x1000>, <0x2100 0x1000>, <0x3000 0x10>, <0x4008 0x8>, <0x5000 0>;
                        interrupts = <0 33 4>, <0 34 1>;
                    };
                    pl@9000 { compatible = "arm,pl011", "arm,primecell"; reg = <0x9000 0x1000>; };
                };

                a { same { reg = <1>; }; };
                b { same { reg = <1>; }; };
            };
            """);

    private static Inspection predict(String device) throws DeviceLookupException {
        return Inspector.predict(TREE, device, InspectionRequest.of(MappingPolicy.KERNEL), 4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001000.uart", "/soc/uart@1000", "serial0", "console"})
    void a_device_is_found_by_name_path_alias_and_label(String device) throws DeviceLookupException {
        Inspection uart = predict(device);

        assertThat(uart.name()).isEqualTo("40001000.uart");
        assertThat(uart.node()).isEqualTo("/soc/uart@1000");
        assertThat(uart.mode()).isEqualTo(InspectionMode.OFFLINE);
        assertThat(uart.source()).isEqualTo(MappingSource.TREE_FILE);
        assertThat(uart.device()).isEmpty();
        assertThat(uart.isMapped()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, MAPPED,  start and size are multiples of the page size of 4096",
        "1, TRAPPED, begins 0x100 into a page of 4096",
        "2, TRAPPED, size is no multiple of the page size of 4096",
        "3, TRAPPED, begins 0x8 into a page and size is no multiple of the page size of 4096",
        "4, NONE,    the region has no bytes"
    })
    void each_region_says_how_it_is_reached_and_why(int index, RegionAccess.Kind kind, String reason)
            throws DeviceLookupException {
        assertThat(predict("serial0").regions().get(index).access()).isEqualTo(new RegionAccess(kind, reason));
    }

    @Test
    void flags_are_those_that_the_kernel_would_give() throws DeviceLookupException {
        Inspection uart = predict("serial0");

        assertThat(uart.regions().get(0).flags()).containsExactly(RegionFlag.READ, RegionFlag.WRITE, RegionFlag.MMAP);
        assertThat(uart.regions().get(1).flags()).containsExactly(RegionFlag.READ, RegionFlag.WRITE);
        assertThat(uart.regions().get(0).offset()).isEmpty();
        assertThat(uart.irqs().get(0).flags()).containsExactly(IrqFlag.EVENTFD, IrqFlag.MASKABLE, IrqFlag.AUTOMASKED);
        assertThat(uart.irqs().get(1).flags()).containsExactly(IrqFlag.EVENTFD);
    }

    @Test
    void pages_of_the_kernel_decide_what_is_mapped() throws DeviceLookupException {
        Inspection uart = Inspector.predict(TREE, "serial0", InspectionRequest.of(MappingPolicy.KERNEL), 65536);

        assertThat(uart.regions().get(0).access().kind()).isEqualTo(RegionAccess.Kind.TRAPPED);
        assertThat(uart.pageSize()).isEqualTo(65536);
    }

    @Test
    void a_primecell_is_on_the_amba_bus() throws DeviceLookupException {
        assertThat(predict("40009000.pl").bus()).isEqualTo(Bus.AMBA);
        assertThat(predict("serial0").bus()).isEqualTo(Bus.PLATFORM);
    }

    @Test
    void a_name_of_two_nodes_is_ambiguous() {
        DeviceTree twice = DtsReader.read("""
                / { #address-cells = <1>; #size-cells = <1>;
                    a@0 { reg = <0x1000 1>; };
                    bus { #address-cells = <1>; #size-cells = <1>; ranges; a@1 { reg = <0x1000 1>; }; };
                };
                """);

        DeviceLookupException failure = catchThrowableOfType(
                DeviceLookupException.class,
                () -> Inspector.predict(twice, "1000.a", InspectionRequest.of(MappingPolicy.KERNEL), 4096));

        assertThat(failure.kind()).isEqualTo(Kind.AMBIGUOUS);
        assertThat(failure.candidates()).containsExactly("/a@0", "/bus/a@1");
    }

    @Test
    void a_name_that_is_not_there_gets_suggestions() {
        DeviceLookupException failure = catchThrowableOfType(DeviceLookupException.class, () -> predict("serial1"));

        assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure).hasMessage("no node serial1; did you mean serial0?");
    }
}
