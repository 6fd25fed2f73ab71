// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.Set;

/** Makes names of nodes and labels that nothing else has. */
final class UniqueNames {
    private UniqueNames() {}

    /**
     * Adds a name to a set: the wanted one, or if that is taken, the first free one with a number behind it.
     *
     * @param taken the names so far
     * @param wanted the name
     * @param separator what is between name and number
     * @return the name
     */
    static String add(Set<String> taken, String wanted, String separator) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + separator + i;
        }
        return name;
    }

    /**
     * A label that source text allows: letters, digits and underscores, not beginning with a digit.
     *
     * @param name a node's name
     * @return the label
     */
    static String label(String name) {
        String label = name.replaceAll("[^A-Za-z0-9_]", "_");
        return label.isEmpty() || Character.isDigit(label.charAt(0)) ? "_" + label : label;
    }
}
