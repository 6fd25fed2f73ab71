// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories of jars for a guest, which sees nothing of the host but what it is given. */
final class Jars {
    private Jars() {}

    static Path emptyDirectory(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(directory);
    }

    static void copyAll(Path from, Path to) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(from, "*.jar")) {
            for (Path jar : jars) {
                Files.copy(jar, to.resolve(jar.getFileName()));
            }
        }
    }

    /** The class path of these tests: its jars go to lib/, its directories are numbered. Gives the guest's class path. */
    static String copyClassPath(Path work, String guestWork) throws IOException {
        Path lib = Files.createDirectory(work.resolve("lib"));
        StringBuilder guest = new StringBuilder(guestWork + "/lib/*");
        int directories = 0;
        for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator))) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path copy = work.resolve("classes-" + directories++);
                copyTree(path, copy);
                guest.append(':').append(guestWork).append('/').append(copy.getFileName());
            } else if (Files.exists(path)) {
                Files.copy(path, lib.resolve(path.getFileName()));
            }
        }
        return guest.toString();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
