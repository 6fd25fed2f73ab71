// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that pass control to the machine, and those that say which there are. */
class ControlServicesTest {
    private final List<String> events = new ArrayList<>();
    private boolean accepting = true;
    private final FirmwarePlatform platform = new FirmwarePlatform() {
        @Override
        public long milliseconds() {
            return 0x1_8000_0005L;
        }

        @Override
        public void exit() {
            events.add("exit");
        }

        @Override
        public boolean enter() {
            events.add("enter");
            return accepting;
        }

        @Override
        public boolean boot(String command) {
            events.add("boot " + command);
            return accepting;
        }

        @Override
        public boolean chain(long entry, byte[] arguments) {
            events.add("chain " + Long.toHexString(entry) + " " + new String(arguments));
            return accepting;
        }

        @Override
        public void quiesce() {
            events.add("quiesce");
        }
    };
    private final Client client = Client.of(Trees.MACHINE, settings -> settings.platform(platform));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "test",
                "peer",
                "child",
                "parent",
                "finddevice",
                "getproplen",
                "getprop",
                "nextprop",
                "setprop",
                "canon",
                "open",
                "close",
                "instance-to-package",
                "instance-to-path",
                "package-to-path",
                "read",
                "write",
                "seek",
                "claim",
                "release",
                "call-method",
                "test-method",
                "milliseconds",
                "quiesce",
                "exit",
                "enter",
                "boot",
                "chain",
                "set-callback"
            })
    void testOfAServiceThatIsThereIsZeroWhereVofSaysMissing(String service) {
        assertThat(client.call("test", service)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"interpret", "start-cpu", "", "Peer"})
    void testOfAServiceThatIsMissingIsMinusOne(String service) {
        assertThat(client.call("test", service)).isEqualTo(-1);
    }

    @Test
    void millisecondsAreTheLow32BitsOfTheMachinesTime() {
        assertThat(client.call("milliseconds")).isEqualTo(0x8000_0005);
    }

    @Test
    void theTimeOfAMachineThatHasNoneOfItsOwnGoesOn() throws InterruptedException {
        Client plain = Client.of(Trees.MACHINE);
        int before = plain.call("milliseconds");
        Thread.sleep(20);
        assertThat(plain.call("milliseconds") - before).isBetween(19, 60_000);
    }

    @Test
    void quiesceFreezesTheTreeOnce() {
        assertThat(client.firmware.isQuiesced()).isFalse();
        client.calls(0, "quiesce");
        assertThat(client.call("quiesce")).isZero();
        assertThat(client.firmware.isQuiesced()).isTrue();
        assertThat(events).containsExactly("quiesce");
        assertThat(client.find("/rtas")).as("reading goes on").isNotIn(0, -1);
    }

    @Test
    void exitEndsTheSession() {
        assertThat(client.call("exit")).isZero();
        assertThat(events).containsExactly("exit");
        assertThat(client.firmware.isTerminated()).isTrue();
        assertThat(client.call("peer", 0)).isEqualTo(0x5555_5555);
        assertThat(client.entry).isEqualTo(EntryResult.TERMINATED);
        assertThat(client.entry.code()).isEqualTo(-1);
        client.call("exit");
        assertThat(events).containsExactly("exit");
    }

    @Test
    void exitWithAnArgumentIsNoExit() {
        assertThat(client.call("exit", 1)).isEqualTo(-1);
        assertThat(client.firmware.isTerminated()).isFalse();
    }

    @Test
    void bootEndsTheSessionIfTheMachineAcceptsIt() {
        accepting = false;
        assertThat(client.call("boot", "disk:1 quiet")).isEqualTo(-1);
        assertThat(client.firmware.isTerminated()).isFalse();
        accepting = true;
        assertThat(client.call("boot", "disk:1 quiet")).isZero();
        assertThat(client.firmware.isTerminated()).isTrue();
        assertThat(events).containsExactly("boot disk:1 quiet", "boot disk:1 quiet");
    }

    @Test
    void enterGoesToTheMachineAndBack() {
        assertThat(client.call("enter")).isZero();
        accepting = false;
        assertThat(client.call("enter")).isEqualTo(-1);
        assertThat(events).containsExactly("enter", "enter");
    }

    @Test
    void chainReleasesTheMemoryAndStartsTheProgram() {
        client.call("claim", 0x100000, 0x1000, 0);
        assertThat(client.call("chain", 0x100000, 0x1000, 0x80000100, "args", 4))
                .isZero();
        assertThat(events).containsExactly("chain 80000100 args");
        assertThat(client.call("claim", 0x100000, 0x1000, 0)).isEqualTo(0x100000);
    }

    @Test
    void chainWithArgumentsOutsideMemoryDoesNothing() {
        client.call("claim", 0x100000, 0x1000, 0);
        assertThat(client.call("chain", 0x100000, 0x1000, 0x100, Client.SIZE, 4))
                .isEqualTo(-1);
        assertThat(client.call("chain", 0x100000, 0x1000, 0x100, Client.BUFFER, -1))
                .isEqualTo(-1);
        assertThat(client.call("chain", 0x100000, 0x1000, 0x100, Client.BUFFER, 4097))
                .isEqualTo(-1);
        assertThat(events).isEmpty();
        assertThat(client.call("claim", 0x100000, 0x1000, 0)).isEqualTo(-1);
    }

    @Test
    void setCallbackGivesTheOldOne() {
        assertThat(client.call("set-callback", 0x1234)).isZero();
        assertThat(client.call("set-callback", 0x5678)).isEqualTo(0x1234);
        assertThat(client.firmware.callback()).isEqualTo(0x5678);
    }

    @Test
    void aMachineWithoutHooksRefuses() {
        Client plain = Client.of(Trees.MACHINE);
        assertThat(plain.call("enter")).isEqualTo(-1);
        assertThat(plain.call("boot", "")).isEqualTo(-1);
        assertThat(plain.call("chain", 0, 0, 0, Client.BUFFER, 0)).isEqualTo(-1);
        assertThat(plain.call("milliseconds")).isNotEqualTo(-1);
        assertThat(plain.firmware.isTerminated()).isFalse();
        plain.call("exit");
        assertThat(plain.firmware.isTerminated()).isTrue();
    }
}
