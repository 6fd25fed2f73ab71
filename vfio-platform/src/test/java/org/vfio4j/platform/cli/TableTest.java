// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TableTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String print(Table table, boolean colours) throws IOException {
        Terminal terminal = new Terminal(out, out, colours, colours, Map.of());
        table.print(terminal, "  ");
        terminal.out().flush();
        return out.toString();
    }

    @Test
    @DisplayName("columns are aligned, numbers to the right, and no line ends in blanks")
    void alignment() throws IOException {
        Table table = new Table("NAME", ">SIZE", "NOTE");
        table.row("a", "0x10000", "");
        table.row("longer", "0x4", "x");

        assertThat(print(table, false)).isEqualTo("""
                  NAME       SIZE  NOTE
                  a       0x10000
                  longer      0x4  x
                """);
    }

    @Test
    @DisplayName("a column without any text is left out, with its heading")
    void emptyColumn() throws IOException {
        Table table = new Table("A", "B", "C");
        table.row("1", "", "3");

        assertThat(print(table, false)).isEqualTo("  A  C\n  1  3\n");
    }

    @Test
    @DisplayName("colours do not count for the width")
    void colours() throws IOException {
        Table table = new Table("", "");
        table.row("ab", "x");
        table.style(0, Style.GREEN);
        table.row("abcd", "y");

        assertThat(print(table, true)).isEqualTo("  \033[32mab\033[m    x\n  abcd  y\n");
    }

    @Test
    void rowOfAnotherWidth() {
        assertThatThrownBy(() -> new Table("A", "B").row("1")).hasMessage("1 cells for 2 columns");
    }
}
