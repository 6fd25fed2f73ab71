// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.vfio4j.linux.HostFiles;

/**
 * Who this process is for the kernel (proc(5), credentials(7), capabilities(7)).
 *
 * @param userId the effective user ID
 * @param capabilities the effective capabilities, a bit for each number
 * @param lockedMemory the soft limit RLIMIT_MEMLOCK in bytes; empty if there is none
 */
public record ProcessStatus(long userId, BigInteger capabilities, OptionalLong lockedMemory) {
    /** RLIMIT_MEMLOCK does not apply to type 1 ({@code linux/capability.h}). */
    public static final int CAP_IPC_LOCK = 14;

    /** Devices without IOMMU may be used. */
    public static final int CAP_SYS_RAWIO = 17;

    /** Physical addresses may be read from {@code /proc/self/pagemap}. */
    public static final int CAP_SYS_ADMIN = 21;

    // Capabilities are a thread's. All threads of a JVM have the same, unless somebody changed them by a system call.
    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LOCKED_MEMORY = "Max locked memory";

    /**
     * Reads it.
     *
     * @param files the machine's files
     * @return who this process is
     * @throws IOException if procfs is not mounted, or says what cannot be
     */
    public static ProcessStatus read(HostFiles files) throws IOException {
        Map<String, String> status = new HashMap<>();
        required(files, STATUS).lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                status.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        String limit = required(files, LIMITS)
                .lines()
                .filter(line -> line.startsWith(LOCKED_MEMORY))
                .map(line -> line.substring(LOCKED_MEMORY.length()).strip().split("\\s+")[0])
                .findFirst()
                .orElseThrow(() -> new IOException(LIMITS + " does not say '" + LOCKED_MEMORY + "'"));
        try {
            // Real, effective, saved and file system's user ID.
            return new ProcessStatus(
                    Long.parseLong(status.getOrDefault("Uid", "").split("\\s+")[1]),
                    new BigInteger(status.getOrDefault("CapEff", ""), 16),
                    limit.equals("unlimited") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit)));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(STATUS + " or " + LIMITS + " says what cannot be", e);
        }
    }

    private static String required(HostFiles files, Path file) throws IOException {
        Optional<String> text = HostText.of(files, file);
        return text.orElseThrow(() -> new IOException("cannot read " + file + ": is /proc mounted?"));
    }

    /**
     * Whether it has a capability.
     *
     * @param number its number
     * @return true if it has
     */
    public boolean has(int number) {
        return capabilities.testBit(number);
    }
}
