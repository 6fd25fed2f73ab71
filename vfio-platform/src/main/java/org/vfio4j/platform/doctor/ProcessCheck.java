// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.vfio4j.platform.host.HostText;
import org.vfio4j.platform.host.ProcessStatus;

/** Capabilities, how much memory may be locked for DMA, and pages. */
record ProcessCheck(Machine machine, long pageSize) {
    /** What a driver with some rings and buffers gets by with. Distributions allow 8 MiB. */
    private static final long ENOUGH = 64L << 20;

    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");

    List<Finding> findings() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(capability(
                ProcessStatus.CAP_SYS_RAWIO,
                "CAP_SYS_RAWIO",
                "devices without IOMMU cannot be opened: open group fails"));
        findings.add(capability(
                ProcessStatus.CAP_SYS_ADMIN,
                "CAP_SYS_ADMIN",
                "/proc/self/pagemap hides physical addresses, which DMA without IOMMU needs"));
        findings.add(lockedMemory());
        findings.add(pages());
        findings.add(hugePages());
        return findings;
    }

    private Finding capability(int number, String name, String why) {
        return machine.process().has(number)
                ? Finding.ok(Topic.PROCESS, "capability", name, "this process has it")
                : Finding.of(Severity.NOTE, Topic.PROCESS, "capability", name, "this process does not have it", why)
                        .withRemedy(new Remedies(machine)
                                .capability(name.substring("CAP_".length()).toLowerCase(Locale.ROOT)));
    }

    private Finding lockedMemory() {
        OptionalLong limit = machine.process().lockedMemory();
        String id = "locked-memory";
        String subject = "RLIMIT_MEMLOCK";
        if (limit.isEmpty()) {
            return Finding.ok(Topic.PROCESS, id, subject, "is unlimited");
        }
        String what = "is " + (limit.getAsLong() >> 10) + " KiB";
        if (limit.getAsLong() >= ENOUGH) {
            return Finding.ok(Topic.PROCESS, id, subject, what);
        }
        boolean exempt = machine.process().has(ProcessStatus.CAP_IPC_LOCK);
        return Finding.of(
                        exempt ? Severity.NOTE : Severity.WARNING,
                        Topic.PROCESS,
                        id,
                        subject,
                        what,
                        (exempt ? "iommufd maps" : "type 1 and iommufd map")
                                + " no more than that for DMA: the next mapping fails with ENOMEM")
                .withRemedy(machine.asRoot("prlimit --pid $$ --memlock=unlimited"));
    }

    private Finding pages() {
        String id = "page-size";
        return pageSize == 4096
                ? Finding.ok(Topic.PROCESS, id, "page size", "is 4 KiB")
                : Finding.of(
                                Severity.NOTE,
                                Topic.PROCESS,
                                id,
                                "page size",
                                "is " + (pageSize >> 10) + " KiB",
                                "only regions of whole pages are mapped: every access to a smaller one is a system call")
                        .withRemedy(Remedies.build("ARM64_4K_PAGES"));
    }

    private Finding hugePages() throws IOException {
        String id = "huge-pages";
        String subject = "pages of 2 MiB";
        Optional<String> free = HostText.of(machine.files(), HUGE_PAGES.resolve("free_hugepages"));
        if (free.isPresent() && !free.get().equals("0")) {
            return Finding.ok(Topic.PROCESS, id, subject, free.get() + " are free");
        }
        String why = "DMA buffers in huge pages cannot be had; those in ordinary pages can";
        return free.isPresent()
                ? Finding.of(Severity.NOTE, Topic.PROCESS, id, subject, "none is free", why)
                        .withRemedy(machine.write("64", HUGE_PAGES.resolve("nr_hugepages")))
                : Finding.of(Severity.NOTE, Topic.PROCESS, id, subject, "the kernel has none", why)
                        .withRemedy(Remedies.build("HUGETLBFS"));
    }
}
