// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** From which Linux on the headers have a constant, as {@code since.properties} says; 5.10 for what it does not name. */
final class KernelAges {
    private static final Version OLDEST = Version.parse("5.10");

    private final Map<String, Version> since;

    private KernelAges(Map<String, Version> since) {
        this.since = since;
    }

    static KernelAges load() {
        Properties properties = new Properties();
        try (InputStream input = KernelAges.class.getResourceAsStream("since.properties")) {
            properties.load(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new KernelAges(properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, name -> Version.parse(properties.getProperty(name)))));
    }

    /** {@return the version from which on all of these are there; a name that ends with a dot stands for all members} */
    Version of(List<String> names) {
        return since.entrySet().stream()
                .filter(entry -> names.stream()
                        .anyMatch(name -> name.endsWith(".")
                                ? entry.getKey().startsWith(name)
                                : entry.getKey().equals(name)))
                .map(Map.Entry::getValue)
                .max(Comparator.naturalOrder())
                .orElse(OLDEST);
    }

    /** {@return all names that have a version} */
    Iterable<String> names() {
        return since.keySet();
    }
}
