// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A virtio disk, section 5.2, with its bytes. */
public final class DiskFunction implements VirtioFunction {
    public static final long SIZE_MAX = 1 << 1;
    public static final long SEG_MAX = 1 << 2;
    public static final long READ_ONLY = 1 << 5;
    public static final long BLOCK_SIZE = 1 << 6;
    public static final long FLUSH = 1 << 9;

    private static final int OK = 0;
    private static final int IO_ERROR = 1;
    private static final int UNSUPPORTED = 2;

    private byte[] bytes;
    private long features = SEG_MAX | BLOCK_SIZE | FLUSH;
    private int sizeMax;
    private int segMax = 254;
    private int blockSize = 512;
    private int forcedStatus = OK;
    private final List<String> log = new ArrayList<>();

    public DiskFunction(byte[] bytes) {
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** What was asked of it, such as {@code READ 8 4096}. */
    public List<String> log() {
        return log;
    }

    public void setFeatures(long value) {
        features = value;
    }

    public void setLimits(int segments, int segmentSize) {
        segMax = segments;
        sizeMax = segmentSize;
    }

    public void setBlockSize(int value) {
        blockSize = value;
    }

    public void resize(int length) {
        bytes = Arrays.copyOf(bytes, length);
    }

    /** Ends every request with this status. */
    public void failWith(int status) {
        forcedStatus = status;
    }

    @Override
    public int deviceId() {
        return 2;
    }

    @Override
    public long features() {
        return features;
    }

    @Override
    public byte[] config() {
        return ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length / 512)
                .putInt(sizeMax)
                .putInt(segMax)
                .putInt(0)
                .putInt(blockSize)
                .array();
    }

    @Override
    public int serve(ByteBuffer readable, ByteBuffer writable) {
        int type = readable.getInt();
        readable.getInt();
        long sector = readable.getLong();
        int data = type == 0 ? writable.capacity() - 1 : readable.remaining();
        log.add((type == 0 ? "READ " : type == 1 ? "WRITE " : type == 4 ? "FLUSH " : "? ") + sector + " " + data);
        boolean inside = sector * 512 + data <= bytes.length;
        int status = forcedStatus != OK ? forcedStatus : inside ? OK : IO_ERROR;
        if (status == OK) {
            switch (type) {
                case 0 -> writable.put(bytes, (int) sector * 512, data);
                case 1 -> readable.get(bytes, (int) sector * 512, data);
                case 4 -> {}
                default -> status = UNSUPPORTED;
            }
        }
        writable.put(writable.capacity() - 1, (byte) status);
        return writable.capacity();
    }
}
