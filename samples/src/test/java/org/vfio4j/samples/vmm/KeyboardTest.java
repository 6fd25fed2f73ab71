// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeyboardTest {
    private final CountDownLatch left = new CountDownLatch(1);
    private final ConsoleUart uart = new ConsoleUart(OutputStream.nullOutputStream(), level -> {});

    private void type(String keys, boolean isTerminal) {
        uart.write(0x2c, 4, 1 << 4);
        uart.write(0x30, 4, 0x301);
        Keyboard.connect(
                new ByteArrayInputStream(keys.getBytes(StandardCharsets.ISO_8859_1)),
                uart,
                isTerminal,
                left::countDown);
    }

    private String received(int count) {
        StringBuilder text = new StringBuilder();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (text.length() < count && System.nanoTime() < deadline) {
            if ((uart.read(0x18, 4) & 1 << 4) == 0) {
                text.append((char) uart.read(0, 4));
            }
        }
        return text.toString();
    }

    @Test
    void everyKeyIsTyped() {
        String all = "ls\r\u0003\u001d\u00ff and more than the FIFO has room for";
        type(all, false);
        assertThat(received(all.length())).isEqualTo(all);
        assertThat(left.getCount()).isEqualTo(1);
    }

    @Test
    void atATerminalOneLeaves() throws Exception {
        type("ab\u001dcd", true);
        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(received(2)).isEqualTo("ab");
        assertThat(uart.read(0x18, 4) & 1 << 4).as("nothing after it").isNotZero();
    }
}
