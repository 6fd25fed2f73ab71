// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows in aligned columns, two spaces apart. A cell is never cut or wrapped, so that numbers and paths can be copied;
 * the widest texts belong into the last column. A column without any text is left out.
 */
final class Table {
    private record Cell(String text, Style style) {}

    private final boolean[] right;
    private final String[] headings;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * Creates a table.
     *
     * @param columns the headings; {@code >} in front aligns the column to the right. If all are empty, there is no
     *     heading line.
     */
    Table(String... columns) {
        right = new boolean[columns.length];
        headings = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            right[i] = columns[i].startsWith(">");
            headings[i] = right[i] ? columns[i].substring(1) : columns[i];
        }
    }

    /**
     * Adds a row.
     *
     * @param cells one text for each column
     */
    void row(String... cells) {
        if (cells.length != right.length) {
            throw new IllegalArgumentException(cells.length + " cells for " + right.length + " columns");
        }
        List<Cell> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(new Cell(Words.printable(cell), Style.PLAIN));
        }
        rows.add(row);
    }

    /**
     * Gives a cell of the last row a style.
     *
     * @param column 0 for the first
     * @param style the style
     */
    void style(int column, Style style) {
        List<Cell> row = rows.get(rows.size() - 1);
        row.set(column, new Cell(row.get(column).text(), style));
    }

    /** {@return true if there are no rows} */
    boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * Prints the table.
     *
     * @param terminal where
     * @param indent what each line begins with
     * @throws IOException if it cannot be written
     */
    void print(Terminal terminal, String indent) throws IOException {
        int[] widths = new int[right.length];
        for (List<Cell> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).text().length());
            }
        }
        if (!String.join("", headings).isEmpty() && !isEmpty()) {
            List<Cell> heading = new ArrayList<>();
            for (int i = 0; i < widths.length; i++) {
                if (widths[i] > 0) {
                    widths[i] = Math.max(widths[i], headings[i].length());
                }
                heading.add(new Cell(widths[i] > 0 ? headings[i] : "", Style.FAINT));
            }
            print(terminal, indent, heading, widths);
        }
        for (List<Cell> row : rows) {
            print(terminal, indent, row, widths);
        }
    }

    private void print(Terminal terminal, String indent, List<Cell> row, int[] widths) throws IOException {
        StringBuilder line = new StringBuilder(indent);
        int end = indent.length();
        for (int i = 0; i < widths.length; i++) {
            if (widths[i] == 0) {
                continue;
            }
            Cell cell = row.get(i);
            String padding = " ".repeat(widths[i] - cell.text().length());
            String styled = cell.style().of(cell.text(), terminal);
            line.append(right[i] ? padding + styled : styled + padding);
            end = cell.text().isEmpty() ? end : line.length() - (right[i] ? 0 : padding.length());
            line.append("  ");
        }
        line.setLength(end);
        terminal.out().append(line).append('\n');
    }
}
