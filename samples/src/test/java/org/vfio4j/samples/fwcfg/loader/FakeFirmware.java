// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vfio4j.samples.fwcfg.FwCfgFile;

/**
 * A fw_cfg device in memory. As in {@code hw/nvram/fw_cfg.c} a write must end inside the item, which must allow it, and a
 * read behind the end gives zeros; writing and reading allocate nothing.
 */
final class FakeFirmware implements FirmwareFiles {
    private static final int FIRST_KEY = 0x20;

    private final Map<String, FwCfgFile> directory = new LinkedHashMap<>();
    private final List<byte[]> items = new ArrayList<>();
    private final List<Boolean> writable = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private boolean logging = true;
    private int writesToRefuse;
    private int writesToDrop;
    private int writesBefore;
    private int writesBeforeMistake = -1;
    private boolean dead;

    FakeFirmware file(String name, byte[] bytes) {
        return add(name, bytes, false);
    }

    FakeFirmware writable(String name, byte[] bytes) {
        return add(name, bytes, true);
    }

    private FakeFirmware add(String name, byte[] bytes, boolean canBeWritten) {
        directory.put(name, new FwCfgFile(FIRST_KEY + items.size(), name, bytes.length));
        items.add(bytes.clone());
        writable.add(canBeWritten);
        return this;
    }

    FakeFirmware script(ScriptText script) {
        return file(LinkerLoader.SCRIPT, script.bytes());
    }

    /** A directory entry that promises more than there is. */
    FakeFirmware promising(String name, long size) {
        directory.put(name, new FwCfgFile(FIRST_KEY + items.size(), name, size));
        items.add(new byte[0]);
        writable.add(false);
        return this;
    }

    /** From the n-th write on, so many are refused. */
    void refuse(int before, int writes) {
        writesBefore = before;
        writesToRefuse = writes;
    }

    /** The next writes are acknowledged and do nothing. */
    void drop(int writes) {
        writesToDrop = writes;
    }

    /** The n-th write from now on ends in an exception that nobody declares. */
    void failUnexpectedly(int write) {
        writesBeforeMistake = write;
    }

    void die() {
        dead = true;
    }

    void stopLogging() {
        logging = false;
    }

    byte[] content(String name) {
        return items.get(directory.get(name).key() - FIRST_KEY).clone();
    }

    int key(String name) {
        return directory.get(name).key();
    }

    void forget(String name) {
        Arrays.fill(items.get(directory.get(name).key() - FIRST_KEY), (byte) 0);
    }

    /** Such as {@code 21+8=00100000}, in order. */
    List<String> writes() {
        return List.copyOf(log);
    }

    @Override
    public Optional<FwCfgFile> find(String name) {
        return Optional.ofNullable(directory.get(name));
    }

    @Override
    public void read(int key, int offset, ByteBuffer into) throws IOException {
        requireAlive();
        byte[] item = items.get(key - FIRST_KEY);
        for (long i = Integer.toUnsignedLong(offset); into.hasRemaining(); i++) {
            into.put(i < item.length ? item[(int) i] : 0);
        }
    }

    @Override
    public void write(int key, int offset, ByteBuffer from) throws IOException {
        requireAlive();
        byte[] item = items.get(key - FIRST_KEY);
        if (writesBeforeMistake-- == 0) {
            throw new IllegalStateException("not expected");
        }
        boolean refused = writesBefore-- <= 0 && writesToRefuse-- > 0;
        if (refused
                || !writable.get(key - FIRST_KEY)
                || Integer.toUnsignedLong(offset) + from.remaining() > item.length) {
            throw new IOException("the device refused the write");
        }
        if (logging) {
            log.add(text(key, offset, from));
        }
        if (writesToDrop-- > 0) {
            return;
        }
        for (int i = offset; from.hasRemaining(); i++) {
            item[i] = from.get();
        }
    }

    private static String text(int key, int offset, ByteBuffer from) {
        StringBuilder text = new StringBuilder(Integer.toHexString(key) + "+" + offset + "=");
        for (int i = from.position(); i < from.limit(); i++) {
            text.append(String.format("%02x", from.get(i)));
        }
        return text.toString();
    }

    private void requireAlive() throws IOException {
        if (dead) {
            throw new IOException("no answer");
        }
    }
}
