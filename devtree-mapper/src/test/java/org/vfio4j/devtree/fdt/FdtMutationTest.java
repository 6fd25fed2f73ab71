// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;

/**
 * Changed blobs: each is refused with a {@link DeviceTreeException}, or is a tree that answers every question and is
 * written and read back equal. A failure names the seed of the blob.
 */
class FdtMutationTest {
    private static final int MUTANTS_PER_TREE = 4000;
    // Values with a meaning in the format, or at the edge of an integer.
    private static final int[] TELLING = {0, 1, 2, 3, 4, 9, 5, 0x7f, 0x80, 0xfa, 0xff};

    private int read;
    private int refused;

    private volatile String current;

    @Test
    void changedBytesAreRefusedOrRead() {
        List<DeviceTree> trees = SampleTrees.all();
        inTime(() -> {
            for (int tree = 0; tree < trees.size(); tree++) {
                byte[] blob = FdtWriter.write(trees.get(tree));
                for (int i = 0; i < MUTANTS_PER_TREE; i++) {
                    long seed = (long) tree << 32 | i;
                    check(mutate(blob, new Random(seed)), "tree " + tree + ", seed " + seed);
                }
            }
        });
        // Both outcomes have to be there, or the mutations are too weak or too strong to tell anything.
        assertThat(read).isGreaterThan(1000);
        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    void everyTruncationIsRefusedOrRead() {
        List<DeviceTree> trees = SampleTrees.all();
        inTime(() -> {
            for (int tree = 0; tree < trees.size(); tree++) {
                byte[] blob = FdtWriter.write(trees.get(tree));
                for (int length = 0; length < blob.length; length++) {
                    checkCut(blob, length, "tree " + tree + " cut to " + length + " bytes");
                }
            }
        });
    }

    private void checkCut(byte[] blob, int length, String what) {
        byte[] cut = Arrays.copyOf(blob, length);
        check(cut, what);
        if (length >= 40) {
            // The same with a header that knows of it, so that the structure block is what ends early.
            int structure = ByteBuffer.wrap(blob).getInt(BlobAssembler.OFF_STRUCT);
            BlobAssembler.with(cut, BlobAssembler.TOTAL_SIZE, length);
            BlobAssembler.with(cut, BlobAssembler.SIZE_STRUCT, Math.max(0, length - structure));
            BlobAssembler.with(cut, BlobAssembler.OFF_STRINGS, length);
            BlobAssembler.with(cut, BlobAssembler.SIZE_STRINGS, 0);
            check(cut, what + ", with sizes to match");
        }
    }

    @Test
    void noiseIsRefusedOrRead() {
        byte[] header = FdtWriter.write(SampleTrees.soc());
        inTime(() -> {
            for (long seed = 0; seed < 2000; seed++) {
                Random random = new Random(seed);
                byte[] noise = new byte[40 + random.nextInt(400)];
                random.nextBytes(noise);
                check(noise, "noise of seed " + seed);
                System.arraycopy(header, 0, noise, 0, 40);
                BlobAssembler.with(noise, BlobAssembler.TOTAL_SIZE, noise.length);
                check(noise, "a good header and noise of seed " + seed);
            }
        });
    }

    private void inTime(Executable work) {
        assertTimeoutPreemptively(Duration.ofMinutes(5), work, () -> "still at " + current);
    }

    private static byte[] mutate(byte[] blob, Random random) {
        byte[] mutant = blob.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(8) == 0 ? random.nextInt(40) : 40 + random.nextInt(blob.length - 40);
            mutant[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) (mutant[at] ^ 1 << random.nextInt(8));
                case 1 -> (byte) random.nextInt(256);
                case 2 -> mutant[random.nextInt(blob.length)];
                default -> (byte) TELLING[random.nextInt(TELLING.length)];
            };
        }
        return mutant;
    }

    private void check(byte[] blob, String what) {
        current = what;
        try {
            DeviceTree tree = readOrNull(blob);
            if (tree == null) {
                refused++;
            } else {
                read++;
                TreeWalk.walk(tree);
                SameTree.check(tree, FdtReader.read(FdtWriter.write(tree)));
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(what, e);
        }
    }

    private static DeviceTree readOrNull(byte[] blob) {
        try {
            return FdtReader.read(blob);
        } catch (DeviceTreeException e) {
            if (!e.place().startsWith("byte 0x")) {
                throw new AssertionError("no byte offset in '" + e.place() + "'", e);
            }
            return null;
        }
    }
}
