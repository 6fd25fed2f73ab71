// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;

/**
 * What {@code /proc/PID/stat} says of a process.
 *
 * @param pid its number
 * @param name the name of its program
 * @param ended whether it ended and only its parent does not know yet
 * @param start when it started, in ticks since the boot: with the number this names a process and no later one
 */
record ProcessStat(long pid, String name, boolean ended, long start) {
    /** Of {@code proc_pid_stat(5)}, counted from the state, which comes after the name. */
    private static final int STATE = 0;

    private static final int START = 19;

    /** The process that this is. */
    static ProcessStat self(HostFiles files) throws IOException {
        return parse(files.read(Path.of("/proc/self/stat")));
    }

    /** The process of a number; empty if there is none. */
    static Optional<ProcessStat> of(HostFiles files, long pid) throws IOException {
        try {
            return Optional.of(parse(files.read(Path.of("/proc", Long.toString(pid), "stat"))));
        } catch (IOException failure) {
            if (isGone(failure)) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** Whether a file of a process could not be read because the process is gone. */
    static boolean isGone(IOException failure) {
        Errno errno = Errno.of(failure);
        return errno == Errno.ENOENT || errno == Errno.ESRCH;
    }

    /** The name is in parentheses, and may hold any character, also a parenthesis. */
    private static ProcessStat parse(byte[] stat) throws IOException {
        String text = new String(stat, StandardCharsets.UTF_8).strip();
        int begin = text.indexOf(" (");
        int end = text.lastIndexOf(") ");
        String[] fields = text.substring(Math.max(end + 2, 0)).split(" ");
        if (begin < 0 || end < begin || fields.length <= START) {
            throw new FileSystemException("/proc/PID/stat", null, "expected at least 22 fields, got: " + text);
        }
        return new ProcessStat(
                Long.parseLong(text.substring(0, begin)),
                text.substring(begin + 2, end),
                fields[STATE].equals("Z") || fields[STATE].equals("X"),
                Long.parseLong(fields[START]));
    }

    /** Such as {@code process 4711 (java)}. */
    @Override
    public String toString() {
        return "process " + pid + " (" + name + ")";
    }
}
