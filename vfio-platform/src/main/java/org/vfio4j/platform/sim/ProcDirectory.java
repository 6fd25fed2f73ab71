// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** /proc, as far as somebody reads it: the kernel's options, its release, and who the process is. */
final class ProcDirectory {
    /** The number of the process. */
    private static final int PID = 100;

    private static final String LIMIT = "%-25s %-20s %-20s %-10s\n";

    private ProcDirectory() {}

    static SysEntry.Directory of(Kernel kernel) {
        SysEntry.Directory process = SysEntry.Directory.of(Map.of(
                "auxv", SysEntry.Attribute.readOnly(() -> auxiliaryVector(kernel)),
                "comm", SysEntry.Attribute.readOnly(() -> bytes("java\n")),
                "fd", new SysEntry.Directory(() -> descriptors(kernel)),
                "pagemap", SysEntry.Device.PAGEMAP,
                "limits", SysEntry.Attribute.readOnly(() -> limits(kernel.process())),
                "stat", SysEntry.Attribute.readOnly(ProcDirectory::stat),
                "status", SysEntry.Attribute.readOnly(() -> status(kernel.process()))));
        return SysEntry.Directory.of(Map.of(
                "config.gz",
                SysEntry.Attribute.readOnly(() -> KernelOptionsFile.packed(kernel.config())),
                "device-tree",
                new SysEntry.Link("/sys/firmware/devicetree/base"),
                "self",
                new SysEntry.Link(Integer.toString(PID)),
                Integer.toString(PID),
                process,
                "thread-self",
                process,
                "sys",
                SysEntry.Directory.of(Map.of(
                        "kernel", SysEntry.Directory.of(Map.of("osrelease", release(kernel))),
                        "vm", MemoryFiles.vm(kernel)))));
    }

    private static SysEntry.Attribute release(Kernel kernel) {
        return SysEntry.Attribute.readOnly(() -> bytes(kernel.config().release().osRelease() + "\n"));
    }

    /** The one entry that somebody reads, AT_PAGESZ of linux/auxvec.h, and the terminating AT_NULL. */
    private static byte[] auxiliaryVector(Kernel kernel) {
        return ByteBuffer.allocate(4 * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(6)
                .putLong(kernel.config().pageSize())
                .array();
    }

    /** proc_pid_limits of fs/proc/base.c, of which only one line is more than the kernel's default. */
    private static byte[] limits(CallingProcess process) {
        long bytes = process.lockedMemoryLimit();
        String limit = bytes == Long.MAX_VALUE ? "unlimited" : Long.toString(bytes);
        return bytes(LIMIT.formatted("Limit", "Soft Limit", "Hard Limit", "Units")
                + LIMIT.formatted("Max open files", 1024, 4096, "files")
                + LIMIT.formatted("Max locked memory", limit, limit, "bytes"));
    }

    /** Some lines of proc_pid_status of fs/proc/array.c; the IDs are the real, effective, saved and file system's. */
    private static byte[] status(CallingProcess process) {
        Credentials credentials = process.credentials();
        long effective = Arrays.stream(Capability.values())
                .filter(credentials::has)
                .mapToLong(capability -> 1L << capability.number())
                .sum();
        String user = ("\t" + credentials.userId()).repeat(4);
        String group = ("\t" + credentials.groupId()).repeat(4);
        return bytes("Name:\tjava\nUid:%s\nGid:%s\nCapEff:\t%016x\n".formatted(user, group, effective));
    }

    /** The first 22 fields of proc_pid_stat(5), of which the last is when the process started. */
    private static byte[] stat() {
        return bytes(PID + " (java) S 1 " + PID + " " + PID + " 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 500\n");
    }

    private static Map<String, SysEntry> descriptors(Kernel kernel) {
        Map<String, SysEntry> links = new TreeMap<>();
        kernel.files()
                .descriptions()
                .forEach((fd, description) -> links.put(fd.toString(), new SysEntry.Link(description)));
        return links;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
