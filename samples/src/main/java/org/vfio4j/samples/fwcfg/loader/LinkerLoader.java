// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.util.Objects;

/**
 * Runs the script {@code etc/table-loader} of a fw_cfg device. All of it, or nothing: everything is checked and linked
 * before memory is written, and devices are told addresses at the very end. If one does not take its address, those
 * before it get back what they had.
 *
 * <p>The entries are run in their order, so a file has to be allocated before an entry uses it. Entries with a command
 * that is not known are skipped, as the script is padded with zeros.
 */
public final class LinkerLoader {
    /** The file that has the script. */
    public static final String SCRIPT = "etc/table-loader";

    private final FirmwareFiles files;
    private final ZonedMemory memory;
    private final ReplayJournal journal;
    private final LoaderOptions options;

    /**
     * A loader.
     *
     * @param files of the device
     * @param memory where the files go
     * @param journal remembers what the devices are told
     * @param options what is allowed
     */
    public LinkerLoader(FirmwareFiles files, ZonedMemory memory, ReplayJournal journal, LoaderOptions options) {
        this.files = Objects.requireNonNull(files, "files");
        this.memory = Objects.requireNonNull(memory, "memory");
        this.journal = Objects.requireNonNull(journal, "journal");
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * Runs the script. The device must not be reset meanwhile.
     *
     * @return what is in memory now
     * @throws LoaderException if that is not possible; nothing is left of it then
     */
    public LoadedTables run() throws LoaderException {
        return new LoaderRun(files, memory, journal, options).run();
    }
}
