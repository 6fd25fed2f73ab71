// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.nio.ByteBuffer;
import org.vfio4j.platform.register.Region;

/** Requests for the DMA of a fw_cfg device, as a test wants them and not as a driver makes them. */
final class RawDma {
    static final int ERROR = 0x01;
    static final int READ = 0x02;
    static final int SKIP = 0x04;
    static final int SELECT = 0x08;
    static final int WRITE = 0x10;

    private static final long REQUEST = 0x4500_0000L;
    private static final long DATA = 0x4500_1000L;
    private static final int LOW_HALF = 20;

    private final Region registers;
    private final BenchMemory request;
    private final BenchMemory data;

    RawDma(Bench bench, Region registers) {
        this.registers = registers;
        this.request = bench.memory(REQUEST, 16);
        this.data = bench.memory(DATA, 0x1000);
    }

    /** Makes a transfer of the data at its place; what the control word is afterwards. */
    int transfer(int control, int length) {
        return transfer(control, length, DATA);
    }

    int transfer(int control, int length, long address) {
        byte[] block = ByteBuffer.allocate(16)
                .putInt(control)
                .putInt(length)
                .putLong(address)
                .array();
        request.put(0, block, 0, block.length);
        // The upper half is 0 after each transfer.
        registers.write32(LOW_HALF, Integer.reverseBytes((int) REQUEST));
        return request.getInt(0);
    }

    static int select(int key) {
        return SELECT | key << 16;
    }

    void fill(String text) {
        byte[] bytes = BenchText.bytes(text);
        data.put(0, bytes, 0, bytes.length);
    }

    String data(int length) {
        byte[] bytes = new byte[length];
        data.get(0, bytes, 0, length);
        return BenchText.of(bytes);
    }
}
