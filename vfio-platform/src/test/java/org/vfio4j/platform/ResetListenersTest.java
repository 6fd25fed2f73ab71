// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;
import org.vfio4j.platform.sim.SimulatedBoard;
import org.vfio4j.vfio.VfioException;

class ResetListenersTest {
    private final List<String> calls = new ArrayList<>();

    private static PlatformDevice device(boolean resetFunction) throws IOException {
        var builder = SimulatedBoard.builder(DtsReader.read("""
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    net@100000 {
                        compatible = "test,net";
                        reg = <0x100000 0x1000>;
                    };
                };
                """)).readyToUse();
        SimulatedBoard board = (resetFunction ? builder.resetFunction("test,net") : builder).build();
        return PlatformDevice.open(board.syscalls(), board.files(), "100000.net");
    }

    @Test
    void aResetCallsTheListenersInTheirOrder() throws IOException {
        try (PlatformDevice device = device(true)) {
            device.onReset(() -> calls.add("first"));
            device.onReset(() -> calls.add("second"));
            device.reset();
            assertThat(calls).containsExactly("first", "second");
            device.reset();
            assertThat(calls).hasSize(4);
        }
    }

    @Test
    void aResetThatDidNotTakePlaceIsNotReported() throws IOException {
        try (PlatformDevice device = device(false)) {
            device.onReset(() -> calls.add("called"));
            assertThatThrownBy(device::reset).isInstanceOf(VfioException.class);
            assertThat(calls).isEmpty();
        }
    }

    @Test
    void aListenerThatFailsDoesNotKeepTheNextFromBeingCalled() throws IOException {
        try (PlatformDevice device = device(true)) {
            IOException first = new IOException("first");
            RuntimeException second = new IllegalStateException("second");
            device.onReset(() -> {
                throw first;
            });
            device.onReset(() -> {
                throw second;
            });
            device.onReset(() -> calls.add("third"));
            assertThatThrownBy(device::reset).isSameAs(first).hasSuppressedException(second);
            assertThat(calls).containsExactly("third");
        }
    }

    @Test
    void aMistakeInAListenerIsNotHidden() throws IOException {
        try (PlatformDevice device = device(true)) {
            device.onReset(() -> {
                throw new IllegalStateException("mistake");
            });
            assertThatThrownBy(device::reset).isInstanceOf(IllegalStateException.class);
        }
    }
}
