// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines below a table that say something of its rows, each once for all rows that it is true of. */
final class Remarks {
    private final String noun;
    private final Map<String, List<Integer>> rows = new LinkedHashMap<>();

    /**
     * Begins without remarks.
     *
     * @param noun what a row is, such as {@code region}
     */
    Remarks(String noun) {
        this.noun = noun;
    }

    /**
     * Adds a remark.
     *
     * @param index index of the row
     * @param remark the remark
     */
    void add(int index, String remark) {
        rows.computeIfAbsent(remark, r -> new ArrayList<>()).add(index);
    }

    /**
     * Prints them, such as {@code regions 0, 2: mapped}.
     *
     * @param terminal where
     * @param indent what each line begins with
     * @throws IOException if it cannot be written
     */
    void print(Terminal terminal, String indent) throws IOException {
        for (Map.Entry<String, List<Integer>> remark : rows.entrySet()) {
            List<Integer> indices = remark.getValue();
            String list = indices.toString().replaceAll("[\\[\\]]", "");
            terminal.out()
                    .write(indent + noun + (indices.size() > 1 ? "s " : " ") + list + ": " + remark.getKey() + "\n");
        }
    }
}
