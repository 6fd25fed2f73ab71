// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.host.HostText;

/** Who has a file open, as far as this user may see: root sees all processes, another user only their own. */
record OpenFiles(HostFiles files) {
    private static final Path PROCESSES = Path.of("/proc");

    /** Processes as number and name. */
    List<String> holdersOf(String path) throws IOException {
        Path wanted = Path.of(path);
        List<String> holders = new ArrayList<>();
        for (String process : HostText.list(files, PROCESSES)) {
            if (Character.isDigit(process.charAt(0)) && hasOpen(PROCESSES.resolve(process), wanted)) {
                String name = HostText.of(files, PROCESSES.resolve(process).resolve("comm"))
                        .orElse("");
                holders.add((process + " " + name).strip());
            }
        }
        return holders;
    }

    private boolean hasOpen(Path process, Path wanted) throws IOException {
        Path descriptors = process.resolve("fd");
        try {
            for (String descriptor : files.list(descriptors)) {
                if (leadsTo(descriptors.resolve(descriptor), wanted)) {
                    return true;
                }
            }
        } catch (FileSystemException endedOrNotOurs) {
            // Processes end while they are looked at, and those of other users do not show their files.
            return false;
        }
        return false;
    }

    private boolean leadsTo(Path descriptor, Path wanted) throws IOException {
        try {
            return files.readLink(descriptor).equals(wanted);
        } catch (FileSystemException closed) {
            return false;
        }
    }
}
