// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.dts.DtsReader;

/** Open nodes: their handles, their data and their methods. */
class InstanceServicesTest {
    /** A device that keeps what is written, reads back "typed", and takes at most {@code most} bytes in all. */
    private static final class Console implements InstanceIo {
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        final String arguments;
        int most = Integer.MAX_VALUE;
        long position = -1;
        int closed;

        Console(String arguments) {
            this.arguments = arguments;
        }

        @Override
        public int read(byte[] into) {
            byte[] typed = "typed".getBytes();
            int count = Math.min(into.length, typed.length);
            System.arraycopy(typed, 0, into, 0, count);
            return count;
        }

        @Override
        public int write(byte[] data) {
            int count = Math.min(data.length, most - written.size());
            written.write(data, 0, count);
            return count;
        }

        @Override
        public int seek(long newPosition) {
            position = newPosition;
            return 0;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private final List<Console> opened = new ArrayList<>();
    private final List<MethodCall> methodCalls = new ArrayList<>();
    private final Client client = Client.of(
            Trees.MACHINE,
            settings -> settings.device("console", arguments -> {
                        if (arguments.equals("refuse")) {
                            return Optional.empty();
                        }
                        opened.add(new Console(arguments));
                        return Optional.of(opened.get(opened.size() - 1));
                    })
                    .method("/", "ibm,client-architecture-support", call -> {
                        methodCalls.add(call);
                        return call.memory().contains(call.arguments().get(0) & 0xffff_ffffL, 4)
                                ? MethodResult.of(0, 7)
                                : MethodResult.thrown(-4);
                    })
                    .method(
                            "/rtas",
                            "instantiate-rtas",
                            call -> MethodResult.of(call.arguments().get(0))));

    @Test
    void openGivesAHandleThatIsNoNodes() {
        int first = client.call("open", "console");
        int second = client.call("open", "console");
        assertThat(first).isNotEqualTo(second).isNotIn(0, -1);
        assertThat(client.call("instance-to-package", first)).isEqualTo(client.find("console"));
        assertThat(client.call("getproplen", first, "name")).isEqualTo(-1);
        assertThat(client.call("instance-to-package", client.find("console"))).isEqualTo(-1);
    }

    @Test
    void aHandleIsNoNodesEvenWhereNodesAreNumberedFromOne() {
        Client small = Client.of(DtsReader.read("/ { a { phandle = <2>; }; b { phandle = <4>; }; };"));
        for (int i = 0; i < 10; i++) {
            int handle = small.call("open", "/a");
            assertThat(small.call("getproplen", handle, "name")).isEqualTo(-1);
            assertThat(small.call("instance-to-package", handle)).isEqualTo(2);
        }
    }

    @Test
    void openOfNothingIsZeroWhereVofGivesMinusOne() {
        assertThat(client.call("open", "/none")).isZero();
        assertThat(client.call("open", "")).isZero();
        assertThat(client.call("open", "console:refuse")).isZero();
        assertThat(client.call("open", Client.SIZE)).isZero();
    }

    @Test
    void aHandleIsNotUsedAgainAfterClose() {
        int first = client.call("open", "console");
        assertThat(client.call("close", first)).isZero();
        assertThat(client.call("open", "console")).isNotEqualTo(first);
        assertThat(client.call("instance-to-package", first)).isEqualTo(-1);
    }

    @Test
    void closeMayBeRepeatedAndTheDeviceIsClosedOnce() {
        int handle = client.call("open", "console");
        client.call("close", handle);
        assertThat(client.call("close", handle)).isZero();
        assertThat(client.call("close", 0x7777_7777)).isZero();
        assertThat(client.call("close", 0)).isZero();
        assertThat(opened.get(0).closed).isEqualTo(1);
    }

    @Test
    void aClientThatNeverClosesComesToAnEndAndCanGoOnWhenItDoes() {
        int last = 0;
        int open = 0;
        for (int handle = client.call("open", "/"); handle != 0 && open < 100_000; handle = client.call("open", "/")) {
            last = handle;
            open++;
        }
        assertThat(open).isEqualTo(Instances.MAX_OPEN);
        client.call("close", last);
        assertThat(client.call("open", "/")).isNotIn(0, -1, last);
    }

    @Test
    void instanceToPathGivesTheArgumentsBackAndKeepsToTheBuffer() {
        int handle = client.call("open", "/vdevice/vty:9600");
        assertThat(opened.get(0).arguments).isEqualTo("9600");
        assertThat(client.call("instance-to-path", handle, Client.BUFFER, 100)).isEqualTo(26);
        assertThat(client.text(27)).isEqualTo("/vdevice/vty@71000000:9600\0");
        assertThat(client.call("instance-to-path", handle, Client.BUFFER, 4)).isEqualTo(26);
        assertThat(client.text(4)).isEqualTo("/vde");
        assertThat(client.call("instance-to-path", 0, Client.BUFFER, 100)).isEqualTo(-1);
    }

    @Test
    void anAliasBringsItsArgumentsUnlessThePathHasSome() {
        client.call("open", "fast");
        client.call("open", "fast:50");
        assertThat(opened).extracting(console -> console.arguments).containsExactly("115200", "50");
    }

    @Test
    void instanceToPackageOfNothingIsMinusOne() {
        assertThat(client.call("instance-to-package", 0)).isEqualTo(-1);
        assertThat(client.call("instance-to-package", 0x7777_7777)).isEqualTo(-1);
    }

    @Test
    void writeGivesTheCountWhereVofGivesZeroAndRepeatsTheFirstPiece() {
        int handle = client.call("open", "console");
        assertThat(client.call("write", handle, "hello", 5)).isEqualTo(5);
        assertThat(opened.get(0).written).hasToString("hello");
        byte[] much = new byte[10_000];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i ^ i >> 8);
        }
        // The first half of memory is the client's own; this is above its texts and below the buffer.
        client.memory.put(0x4000, much);
        assertThat(client.call("write", handle, 0x4000, much.length)).isEqualTo(much.length);
        assertThat(opened.get(0).written.toByteArray()).endsWith(much).hasSize(5 + much.length);
    }

    @Test
    void writeStopsWhereTheDeviceDoes() {
        int handle = client.call("open", "console");
        opened.get(0).most = 5000;
        assertThat(client.call("write", handle, Client.BUFFER, 9000)).isEqualTo(5000);
        assertThat(client.call("write", handle, Client.BUFFER, 9000)).isZero();
    }

    @Test
    void writeFromWhereNoMemoryIsOrToNothingIsMinusOne() {
        int handle = client.call("open", "console");
        assertThat(client.call("write", handle, Client.SIZE - 4, 5)).isEqualTo(-1);
        assertThat(client.call("write", handle, 0, -1)).isEqualTo(-1);
        assertThat(client.call("write", 0x7777_7777, Client.BUFFER, 5)).isEqualTo(-1);
        assertThat(client.call("write", client.call("open", "/rtas"), Client.BUFFER, 5))
                .isEqualTo(-1);
        assertThat(opened.get(0).written.size()).isZero();
    }

    @Test
    void readAndSeekReachTheDevice() {
        int handle = client.call("open", "console");
        assertThat(client.call("read", handle, Client.BUFFER, 3)).isEqualTo(3);
        assertThat(client.text(3)).isEqualTo("typ");
        assertThat(client.call("read", handle, Client.BUFFER, 100)).isEqualTo(5);
        assertThat(client.text(5)).isEqualTo("typed");
        assertThat(client.call("seek", handle, 1, 0x8000_0000)).isZero();
        assertThat(opened.get(0).position).isEqualTo(0x1_8000_0000L);
    }

    @Test
    void readAndSeekOfNothingAreMinusOne() {
        assertThat(client.call("read", 0x7777_7777, Client.BUFFER, 3)).isEqualTo(-1);
        assertThat(client.call("seek", 0x7777_7777, 0, 0)).isEqualTo(-1);
        int handle = client.call("open", "console");
        assertThat(client.call("read", handle, Client.SIZE, 3)).isEqualTo(-1);
        assertThat(client.call("read", client.call("open", "/"), Client.BUFFER, 3))
                .isEqualTo(-1);
    }

    @Test
    void callMethodGivesTheCatchResultAndTheStack() {
        int root = client.call("open", "/");
        assertThat(client.calls(4, "call-method", "ibm,client-architecture-support", root, Client.BUFFER))
                .containsExactly(0, 0, 7, 0);
        assertThat(methodCalls.get(0).path()).isEqualTo("/");
        assertThat(methodCalls.get(0).arguments()).containsExactly(Client.BUFFER);
        // VOF too answers a vector that it cannot read with -4.
        assertThat(client.calls(2, "call-method", "ibm,client-architecture-support", root, Client.SIZE))
                .containsExactly(0xffff_fffc, 0);
        int rtas = client.call("open", "/rtas");
        assertThat(client.calls(2, "call-method", "instantiate-rtas", rtas, 0x1fff_0000))
                .containsExactly(0, 0x1fff_0000);
    }

    @Test
    void callMethodOfNothingIsMinusOneAndZero() {
        int root = client.call("open", "/");
        assertThat(client.calls(2, "call-method", "no-such-method", root)).containsExactly(-1, 0);
        assertThat(client.calls(2, "call-method", "instantiate-rtas", root, 0)).containsExactly(-1, 0);
        assertThat(client.calls(2, "call-method", "ibm,client-architecture-support", 0, 0))
                .containsExactly(-1, 0);
        assertThat(client.calls(2, "call-method", "ibm,client-architecture-support"))
                .containsExactly(-1, 0);
    }

    @Test
    void testMethodIsZeroIfTheNodeHasItWhereVofKnowsNoSuchService() {
        assertThat(client.call("test-method", client.find("/rtas"), "instantiate-rtas"))
                .isZero();
        assertThat(client.call("test-method", client.find("/"), "instantiate-rtas"))
                .isEqualTo(-1);
        assertThat(client.call("test-method", 0, "instantiate-rtas")).isEqualTo(-1);
    }

    @Test
    void interpretIsRefused() {
        assertThat(client.calls(2, "interpret", "1 2 +")).containsExactly(-1, 0);
    }

    @Test
    void theConsoleOfTheClientIsOpenInChosen() {
        Client machine = Client.of(
                Trees.MACHINE,
                settings -> settings.device("console", arguments -> Optional.of(new Console(arguments)))
                        .stdout("fast")
                        .stdin("console"));
        int stdout = ByteBuffer.wrap(machine.property("/chosen", "stdout")).getInt();
        assertThat(machine.call("instance-to-path", stdout, Client.BUFFER, 100)).isEqualTo(28);
        assertThat(machine.text(29)).isEqualTo("/vdevice/vty@71000000:115200\0");
        assertThat(machine.call("write", stdout, "x", 1)).isEqualTo(1);
        assertThat(machine.property("/chosen", "stdin")).isNotEqualTo(machine.property("/chosen", "stdout"));
    }

    @Test
    void aConsoleThatIsNotThereIsAMistakeOfTheCaller() {
        assertThatThrownBy(() -> Client.of(Trees.MACHINE, settings -> settings.stdout("/none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/none");
        assertThatThrownBy(() -> Client.of(
                        Trees.MACHINE,
                        settings -> settings.device("console", a -> Optional.empty())
                                .stdout("console")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stdout");
    }
}
