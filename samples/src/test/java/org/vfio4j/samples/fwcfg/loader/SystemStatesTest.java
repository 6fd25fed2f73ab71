// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SystemStatesTest {
    private static boolean s3(int... states) throws IOException {
        byte[] bytes = new byte[states.length];
        for (int i = 0; i < states.length; i++) {
            bytes[i] = (byte) states[i];
        }
        return SystemStates.read(new FakeFirmware().file(SystemStates.FILE, bytes))
                .suspendToRam();
    }

    /** What QEMU 7.2 gives for q35, and with {@code disable_s3=1}. */
    @Test
    void bit7OfTheFourthByteSaysWhetherThereIsS3() throws IOException {
        assertThat(s3(0x80, 0, 0, 0x81, 0x82, 0x80)).isTrue();
        assertThat(s3(0x80, 0, 0, 0x01, 0x82, 0x80)).isFalse();
    }

    @Test
    void aFileOfAnotherSizeSaysNothing() throws IOException {
        assertThat(s3(0x80, 0, 0, 0x81, 0x82)).isFalse();
        assertThat(s3(0x80, 0, 0, 0x81, 0x82, 0x80, 0)).isFalse();
    }

    @Test
    void withoutTheFileThereIsNoS3() throws IOException {
        assertThat(SystemStates.read(new FakeFirmware()).suspendToRam()).isFalse();
    }
}
