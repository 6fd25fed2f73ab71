// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Node names by the numbers of their unit addresses: those without one first, {@code @1,0} before {@code @10}. */
enum UnitAddressOrder implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String a, String b) {
        List<BigInteger> left = numbers(a);
        List<BigInteger> right = numbers(b);
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = left.get(i).compareTo(right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** The hexadecimal numbers between the commas; none if there is no unit address or it is not of numbers. */
    private static List<BigInteger> numbers(String name) {
        int at = name.indexOf('@');
        List<BigInteger> numbers = new ArrayList<>(1);
        if (at >= 0) {
            for (String part : name.substring(at + 1).split(",", -1)) {
                if (!part.matches("[0-9a-fA-F]+")) {
                    return List.of();
                }
                numbers.add(new BigInteger(part, 16));
            }
        }
        return numbers;
    }
}
