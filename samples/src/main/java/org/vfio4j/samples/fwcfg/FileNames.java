// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where each file of a device is below {@code by_name}. A name is split at its slashes, as Linux does, and comes from
 * whoever started the machine: nothing in it may lead elsewhere, or hide another file.
 *
 * <ul>
 *   <li>Control characters, bytes beyond ASCII and {@code %} become {@code %XX}.
 *   <li>The parts {@code .} and {@code ..} become {@code %2E} and {@code %2E%2E}.
 *   <li>An empty part, of a leading, trailing or double slash, becomes {@code %}.
 *   <li>Where one file's name is a directory of another file's, the directory keeps the name and the file gets {@code %file}
 *       behind it: {@code opt/a} beside {@code opt/a/b} is {@code opt/a%file}.
 * </ul>
 *
 * <p>A {@code %} is never followed by what another rule makes of it, so two names never become one path, whatever else is
 * there; and other names are as they are.
 */
final class FileNames {
    private static final String EMPTY = "%";
    private static final String ALIAS = "%file";

    private final Set<List<String>> directories = new HashSet<>();

    /** The names of the files of one directory. */
    FileNames(List<FwCfgFile> files) {
        for (FwCfgFile file : files) {
            List<String> parts = parts(file.name());
            for (int i = 1; i < parts.size(); i++) {
                directories.add(parts.subList(0, i));
            }
        }
    }

    /** The path of a file, relative to {@code by_name}, of names that are safe. */
    Path path(FwCfgFile file) {
        List<String> parts = parts(file.name());
        String path = String.join("/", parts);
        return Path.of(directories.contains(parts) ? path + ALIAS : path);
    }

    private static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            parts.add(safe(part));
        }
        return List.copyOf(parts);
    }

    private static String safe(String part) {
        if (part.isEmpty()) {
            return EMPTY;
        }
        if (part.equals(".") || part.equals("..")) {
            return part.replace(".", "%2E");
        }
        StringBuilder safe = new StringBuilder();
        for (char character : part.toCharArray()) {
            if (character < ' ' || character > '~' || character == '%') {
                safe.append(String.format("%%%02X", (int) character));
            } else {
                safe.append(character);
            }
        }
        return safe.toString();
    }
}
