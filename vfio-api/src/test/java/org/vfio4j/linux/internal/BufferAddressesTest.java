// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A buffer has the address that the JVM says, whether it was asked for or remembered. */
class BufferAddressesTest {
    private final Map<ByteBuffer, Long> real = new IdentityHashMap<>();
    private final List<ByteBuffer> asked = new ArrayList<>();
    private final BufferAddresses addresses = new BufferAddresses(buffer -> {
        asked.add(buffer);
        return real.get(buffer);
    });

    private ByteBuffer buffer(long address) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        real.put(buffer, address);
        return buffer;
    }

    @Test
    void theJvmIsAskedOnce() {
        ByteBuffer buffer = buffer(0x1000);
        assertThat(addresses.of(buffer)).isEqualTo(0x1000);
        assertThat(addresses.of(buffer)).isEqualTo(0x1000);
        assertThat(asked).hasSize(1);
    }

    @Test
    void theAddressIsThatOfThePosition() {
        ByteBuffer buffer = buffer(0x1000).position(4);
        assertThat(addresses.of(buffer)).isEqualTo(0x1004);
        assertThat(addresses.of(buffer.position(8))).isEqualTo(0x1008);
    }

    /** Equal buffers are two, and of those that share a place each gets its own address. */
    @Test
    void manyBuffersEachHaveTheirOwn() {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            buffers.add(buffer(0x1000L * (i + 1)));
        }
        for (int round = 0; round < 3; round++) {
            for (ByteBuffer buffer : buffers) {
                assertThat(addresses.of(buffer)).isEqualTo(real.get(buffer));
            }
        }
        assertThat(asked.size()).as("some are remembered").isLessThan(3 * buffers.size() - 1_000);
    }
}
