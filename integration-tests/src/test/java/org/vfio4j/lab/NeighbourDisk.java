// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;

/** A disk that Linux drives, read and written without its cache. */
final class NeighbourDisk {
    private static final int CHUNK = 64 << 10;

    private NeighbourDisk() {}

    /**
     * Compares the whole disk with what it should have, changes it, and so on.
     *
     * @return how often the whole disk was compared and written, 2 or more and even: it has the first contents then
     */
    static int exercise(String disk, DiskPattern pattern, BooleanSupplier enough) {
        try (FileChannel channel =
                FileChannel.open(Path.of(disk), StandardOpenOption.READ, StandardOpenOption.WRITE, direct())) {
            ByteBuffer memory = ByteBuffer.allocateDirect(2 * CHUNK).alignedSlice(CHUNK);
            byte[] before = pattern.image();
            byte[] after = pattern.written();
            int rounds = 0;
            do {
                replace(channel, memory.slice(0, CHUNK), before, after);
                replace(channel, memory.slice(0, CHUNK), after, before);
                rounds += 2;
            } while (!enough.getAsBoolean());
            channel.force(true);
            return rounds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** O_DIRECT. By its name, as compilers warn of a class of the JDK that is not of Java. */
    private static OpenOption direct() {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("this JDK cannot leave out the cache", e);
        }
    }

    private static void replace(FileChannel channel, ByteBuffer memory, byte[] before, byte[] after)
            throws IOException {
        for (int at = 0; at < before.length; at += CHUNK) {
            memory.clear();
            int read = channel.read(memory, at);
            ByteBuffer expected = ByteBuffer.wrap(before, at, CHUNK);
            if (read != CHUNK || !memory.flip().equals(expected)) {
                throw new IOException("the disk of Linux was changed by somebody else at byte " + at);
            }
            memory.clear();
            memory.put(after, at, CHUNK).flip();
            channel.write(memory, at);
        }
    }
}
