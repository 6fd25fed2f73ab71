// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a fw_cfg device, as they were when the directory was read.
 *
 * @param files the files in the device's order
 */
public record FwCfgDirectory(List<FwCfgFile> files) {
    /** Bytes of the number of entries. */
    static final int HEADER = 4;

    /** Bytes of an entry: size, key, two reserved ones, name. */
    static final int ENTRY = 64;

    private static final int NAME = 8;
    private static final int MOST_ENTRIES = FwCfgFile.LAST_KEY - FwCfgFile.FIRST_KEY + 1;

    /** Copies the list. */
    public FwCfgDirectory {
        files = List.copyOf(files);
    }

    /**
     * Checks the number of entries, the first four bytes of the item.
     *
     * @param header the bytes, big-endian
     * @return the number
     * @throws FwCfgDirectoryException if there are not so many keys
     */
    static int count(byte[] header) throws FwCfgDirectoryException {
        long count = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
        if (count > MOST_ENTRIES) {
            throw new FwCfgDirectoryException(-1, "it has " + count + " entries where " + MOST_ENTRIES + " can be");
        }
        return (int) count;
    }

    /**
     * Reads the entries. Nothing is believed that a device of good faith would not say: keys and names are unique, names
     * have an end, and keys are those of files.
     *
     * @param entries the bytes behind the number of entries
     * @return the directory
     * @throws FwCfgDirectoryException if it cannot be
     */
    static FwCfgDirectory of(byte[] entries) throws FwCfgDirectoryException {
        ByteBuffer bytes = ByteBuffer.wrap(entries);
        List<FwCfgFile> files = new ArrayList<>();
        Set<Integer> keys = new HashSet<>();
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < entries.length / ENTRY; i++) {
            long size = Integer.toUnsignedLong(bytes.getInt(i * ENTRY));
            int key = Short.toUnsignedInt(bytes.getShort(i * ENTRY + 4));
            String name = name(i, entries);
            if (key < FwCfgFile.FIRST_KEY || key > FwCfgFile.LAST_KEY) {
                throw new FwCfgDirectoryException(
                        i, "has the key 0x" + Integer.toHexString(key) + ", which is no file's");
            }
            if (!keys.add(key)) {
                throw new FwCfgDirectoryException(i, "has the key 0x" + Integer.toHexString(key) + " of another entry");
            }
            Integer other = names.putIfAbsent(name, i);
            if (other != null) {
                throw new FwCfgDirectoryException(i, "has the name of entry " + other);
            }
            files.add(new FwCfgFile(key, name, size));
        }
        return new FwCfgDirectory(files);
    }

    private static String name(int entry, byte[] entries) throws FwCfgDirectoryException {
        int start = entry * ENTRY + NAME;
        int end = start;
        while (end < (entry + 1) * ENTRY && entries[end] != 0) {
            end++;
        }
        if (end == (entry + 1) * ENTRY) {
            throw new FwCfgDirectoryException(entry, "has a name without an end");
        }
        if (end == start) {
            throw new FwCfgDirectoryException(entry, "has no name");
        }
        return new String(entries, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /**
     * The file of a name.
     *
     * @param name the name
     * @return the file; empty if there is none
     */
    public Optional<FwCfgFile> find(String name) {
        return files.stream().filter(file -> file.name().equals(name)).findFirst();
    }

    /**
     * The file of a key.
     *
     * @param key the key
     * @return the file; empty if there is none
     */
    public Optional<FwCfgFile> find(int key) {
        return files.stream().filter(file -> file.key() == key).findFirst();
    }

    /**
     * The file of a name, which must be there.
     *
     * @param name the name
     * @return the file
     * @throws FwCfgException if there is none
     */
    public FwCfgFile get(String name) throws FwCfgException {
        return find(name)
                .orElseThrow(() -> new FwCfgException(
                        "the fw_cfg device has no file '" + name + "'; its directory has " + files.size() + " others"));
    }
}
