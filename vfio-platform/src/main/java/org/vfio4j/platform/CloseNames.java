// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.vfio4j.platform.DeviceLookupException.Kind;

/** Picks what may have been meant by a name that does not exist. */
final class CloseNames {
    private static final int MOST = 5;

    private CloseNames() {}

    static DeviceLookupException notFound(String wanted, String what, List<String> names) {
        List<String> close = to(wanted, names);
        String hint = close.isEmpty() ? "" : "; did you mean " + String.join(", ", close) + "?";
        return new DeviceLookupException(Kind.NOT_FOUND, what + " " + wanted + hint, close);
    }

    /** The names that differ by few letters, then the ones that contain the wanted one; at most five. */
    static List<String> to(String wanted, List<String> names) {
        String folded = wanted.toLowerCase(Locale.ROOT);
        int limit = Math.max(1, wanted.length() / 4);
        Map<String, Integer> distances = names.stream()
                .distinct()
                .collect(Collectors.toMap(name -> name, name -> distance(folded, name, limit)));
        return distances.entrySet().stream()
                .filter(entry -> entry.getValue() <= limit + 1)
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .thenComparing(Comparator.comparing(Map.Entry::getKey)))
                .limit(MOST)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static int distance(String folded, String name, int limit) {
        String other = name.toLowerCase(Locale.ROOT);
        int letters = Math.abs(folded.length() - other.length()) > limit ? limit + 2 : levenshtein(folded, other);
        return letters <= limit ? letters : !folded.isEmpty() && other.contains(folded) ? limit + 1 : limit + 2;
    }

    private static int levenshtein(String one, String other) {
        int[] previous = new int[other.length() + 1];
        Arrays.setAll(previous, j -> j);
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replace = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[other.length()];
    }
}
