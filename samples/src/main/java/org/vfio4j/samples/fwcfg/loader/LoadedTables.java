// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the loader's script left in memory. Safe for use by several threads. */
public final class LoadedTables {
    private final ZonedMemory memory;
    private final Map<String, LoadedFile> files;
    private final Set<String> known;
    private final List<String> warnings;

    LoadedTables(ZonedMemory memory, Map<String, LoadedFile> files, Set<String> known, List<String> warnings) {
        this.memory = memory;
        this.files = new LinkedHashMap<>(files);
        this.known = Set.copyOf(known);
        this.warnings = List.copyOf(warnings);
    }

    /** {@return the files, in the order of the script} */
    public synchronized List<LoadedFile> files() {
        return List.copyOf(files.values());
    }

    /**
     * Looks a file up.
     *
     * @param name its name in the fw_cfg directory
     * @return the file
     * @throws IllegalArgumentException if it was not put into memory, or was released
     */
    public synchronized LoadedFile file(String name) {
        LoadedFile file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException(
                    "no file " + name + " is in memory: there are " + String.join(", ", files.keySet()));
        }
        return file;
    }

    /** {@return what is odd in the script but does no harm, one line each} */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Gives the memory of a file back.
     *
     * @param name its name in the fw_cfg directory
     * @throws IllegalArgumentException if it was not put into memory, or was released
     * @throws IllegalStateException if a device was told its address, and may use it
     */
    public synchronized void release(String name) {
        LoadedFile file = file(name);
        if (known.contains(name)) {
            throw new IllegalStateException("a device knows the address of " + name + ": its memory is not given back");
        }
        file.block().ifPresent(memory::free);
        files.remove(name);
    }
}
