// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.on;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParserException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.RegisterAccess;
import org.vfio4j.platform.sim.SimulatedBoard;

/** {@code vfio read} and {@code vfio write}. */
class RegisterCommandTest {
    private final List<RegisterAccess> accesses = new ArrayList<>();
    private final SimulatedBoard board = SimulatedBoard.builder(DtsReader.read("""
                    /dts-v1/;
                    / {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        page@1000 {
                            compatible = "test,page";
                            reg = <0x1000 0x1000>, <0x2000 0x1000>;
                            reg-names = "control", "data";
                        };
                        part@3000 { compatible = "test,part"; reg = <0x3000 0x100>; };
                        big@4000 { compatible = "test,big"; big-endian; reg = <0x4000 0x100>; };
                        clock@5000 { compatible = "test,clock"; reg = <0x5000 0x100>; };
                    };
                    """))
            .readyToUse()
            .driver("5000.clock", "clock-test")
            .accessLog(accesses::add)
            .build();

    private String read(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("read"));
        all.addAll(List.of(arguments));
        CommandRun run = on(board, all.toArray());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run.out();
    }

    @Test
    void aRegisterIsWrittenAndReadInEveryWidth() {
        CommandRun write = on(board, "write", "1000.page", "control", "0x10", "0x8899aabbccddeeff", "--width", "64");

        assertThat(write).isEqualTo(new CommandRun(0, "", ""));
        assertThat(read("1000.page", "0", "0x10", "--width", "64")).isEqualTo("0x8899aabbccddeeff\n");
        assertThat(read("1000.page", "0", "0x10")).isEqualTo("0xccddeeff\n");
        assertThat(read("1000.page", "0", "20")).as("decimal").isEqualTo("0x8899aabb\n");
        assertThat(read("1000.page", "0", "0x12", "-w", "16")).isEqualTo("0xccdd\n");
        assertThat(read("1000.page", "0", "0x17", "-w", "8")).isEqualTo("0x88\n");
        assertThat(read("1000.page", "data", "0x10")).as("the other region").isEqualTo("0x00000000\n");
    }

    @Test
    void severalRegistersAreReadWithTheirOffsets() throws JsonParserException {
        on(board, "write", "1000.page", "0", "4", "1");

        assertThat(read("1000.page", "0", "0", "-n", "3")).isEqualTo("""
                0x0  0x00000000
                0x4  0x00000001
                0x8  0x00000000
                """);
        JsonObject json = on(board, "read", "1000.page", "0", "4", "-n", "2", "-w", "16", "--json")
                .json();
        assertThat(json.getString("schema")).isEqualTo("vfio4j.read/1");
        assertThat(json.getString("region")).isEqualTo("1000.page region 0");
        assertThat(json.getInt("width")).isEqualTo(16);
        assertThat(json.getArray("registers")).hasSize(2);
        assertThat(json.getArray("registers").getObject(0)).containsEntry("offset", "0x4");
        assertThat(json.getArray("registers").getObject(0)).containsEntry("value", "0x1");
    }

    /** Registers can do something when they are accessed. */
    @Test
    void everyRegisterIsAccessedOnceAndInItsWidth() {
        on(board, "write", "3000.part", "0", "8", "0x12", "-w", "16");
        read("3000.part", "0", "8", "-w", "8");
        read("3000.part", "0", "0x10", "-n", "2");

        assertThat(accesses)
                .extracting(access -> (access.write() ? "write" : "read") + 8 * access.width())
                .containsExactly("write16", "read8", "read32", "read32");
    }

    @Test
    void theByteOrderIsTheDevices() {
        on(board, "write", "4000.big", "0", "0", "0x11223344");

        assertThat(read("4000.big", "0", "0", "-w", "8")).isEqualTo("0x11\n");
        assertThat(read("4000.big", "0", "0")).isEqualTo("0x11223344\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            read 1000.page 2 0               | 2 | has regions 0 to 1, and no region 2
            read 1000.page status 0          | 2 | expected a region of the name status
            read 1000.page 0 2               | 2 | a multiple of 4
            read 1000.page 0 0x1000          | 2 | not inside 1000.page region 0, which has 0x1000 bytes
            read 1000.page 0 0xffc -n 2      | 2 | not inside
            read 1000.page 0 0xfffffffffffffffc | 2 | not inside
            read 3000.part 0 0 -w 64         | 2 | 64
            read 1000.page 0 0 -w 24         | 2 | expected 8, 16, 32 or 64
            read 1000.page 0 12x             | 2 | expected a number
            read 1000.page 0 0 -n 0          | 2 | --count: expected 1 or more
            write 1000.page 0 0 0x100 -w 8   | 2 | 0x100 does not fit 8 bits
            write 1000.page 0 0 -1           | 2 | expected a number
            write 1000.page 0 0x1000 1       | 2 | 0x1000
            read nothing 0 0                 | 3 | nothing
            read 5000.clock 0 0              | 6 | bound to clock-test, and not to VFIO; 'vfio bind 5000.clock' binds it
            """)
    void whatCannotBeIsSaidAndNothingIsAccessed(String line, int code, String complaint) {
        CommandRun run = on(board, (Object[]) line.split(" "));

        assertThat(run.err()).startsWith("vfio: ").contains(complaint).hasLineCount(1);
        assertThat(run.code()).isEqualTo(code);
        assertThat(run.out()).isEmpty();
        assertThat(accesses).isEmpty();
        assertThat(board.openDescriptors()).isEmpty();
    }
}
