// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.Arrays;
import java.util.List;

/**
 * The result of a {@link PackageMethod}.
 *
 * @param thrown 0 if the method ran to its end, else what it threw; the client's first return cell
 * @param results the cells it left, the top of the stack first; return cells beyond them are 0
 */
public record MethodResult(int thrown, List<Integer> results) {
    /** Copies the list. */
    public MethodResult {
        results = List.copyOf(results);
    }

    /**
     * The result of a method that ran to its end.
     *
     * @param results the cells it left, the top of the stack first
     * @return the result
     */
    public static MethodResult of(int... results) {
        return new MethodResult(0, Arrays.stream(results).boxed().toList());
    }

    /**
     * The result of a method that failed.
     *
     * @param code what it threw, not 0
     * @return the result
     */
    public static MethodResult thrown(int code) {
        if (code == 0) {
            throw new IllegalArgumentException("expected a code other than 0, which means success");
        }
        return new MethodResult(code, List.of());
    }
}
