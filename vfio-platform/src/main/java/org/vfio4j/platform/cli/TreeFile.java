// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.devtree.fdt.FdtReader;

/** Reads the device trees that a command line names. */
final class TreeFile {
    private TreeFile() {}

    /**
     * Reads a tree: source text if the file is named {@code .dts}, the files of a directory that shows a tree as Linux
     * does, else a blob.
     *
     * @param file the file
     * @return the tree
     * @throws CliException if it cannot be read, naming the file, the place in it and what to do
     */
    static DeviceTree read(Path file) throws CliException {
        try {
            if (Files.isDirectory(file) && LiveTreeFile.isTree(file)) {
                return LiveTreeFile.read(file).tree();
            }
            return file.toString().endsWith(".dts") ? DtsReader.read(file) : FdtReader.read(file);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, explain(file, e), e);
        } catch (DeviceTreeException e) {
            throw new CliException(ExitCode.USAGE, file + ": " + e.getMessage() + "; " + remedy(e.kind()), e);
        }
    }

    private static String remedy(DeviceTreeException.Kind kind) {
        return switch (kind) {
            case BAD_MAGIC -> "give a device tree blob, or source text in a file named .dts";
            case BAD_VERSION -> "convert it with 'dtc -I dtb -O dtb'";
            case BAD_SOURCE, BAD_VALUE -> "correct the source";
            default -> "the file is damaged or cut short, build or copy it again";
        };
    }

    /**
     * Says in one line why a file cannot be read, and what to do.
     *
     * @param file the file
     * @param e what happened
     * @return the line
     */
    static String explain(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return file + ": no such file, check the name";
        }
        if (e instanceof AccessDeniedException) {
            return file + ": permission denied, run as root or make it readable";
        }
        return Files.isDirectory(file)
                ? file + ": is a directory and shows no device tree, name a file in it"
                : file + ": cannot be read: " + e.getMessage();
    }
}
