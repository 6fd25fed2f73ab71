// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The array of a call: what is one, and what the entry says apart from the service. */
class CallFrameTest {
    private final Client client = Client.of(Trees.MACHINE);

    @Test
    void theFirstReturnCellIsTheResultAndTheOthersAreZero() {
        assertThat(client.calls(3, "peer", 0)).containsExactly(client.find("/"), 0, 0);
        assertThat(client.entry).isEqualTo(EntryResult.COMPLETED);
        assertThat(client.entry.code()).isZero();
    }

    @Test
    void withoutReturnCellsNothingIsWritten() {
        client.calls(0, "peer", 0);
        assertThat(client.entry).isEqualTo(EntryResult.COMPLETED);
        assertThat(client.memory.getInt(Client.FRAME + 16)).isZero();
    }

    @Test
    void anUnknownServiceIsMinusOneInTheCellAndAtTheEntryWhereVofCompletes() {
        assertThat(client.calls(2, "no-such-service", 1)).containsExactly(-1, 0);
        assertThat(client.entry).isEqualTo(EntryResult.UNKNOWN_SERVICE);
        assertThat(client.entry.code()).isEqualTo(-1);
    }

    @Test
    void anotherNumberOfArgumentsIsAFailureOfTheService() {
        assertThat(client.calls(1, "peer", 0, 0, 0, 0, 0, 0, 0, 0, 0)).containsExactly(-1);
        assertThat(client.entry).isEqualTo(EntryResult.COMPLETED);
        assertThat(client.call("getprop", client.find("/"), "name")).isEqualTo(-1);
        assertThat(client.call("finddevice")).isEqualTo(-1);
    }

    /** VOF has room for 10 cells, 9 of them arguments. */
    @ParameterizedTest
    @CsvSource({
        "9,1,true",
        "0,10,true",
        "1,9,true",
        "10,0,false",
        "1,10,false",
        "9,2,false",
        "-1,0,false",
        "0,-1,false",
        "0x7fffffff,0x7fffffff,false",
        "-2147483648,-2147483648,false"
    })
    void moreCellsThanTenAreNoFrameAndTheCellsStayAsTheyAre(String arguments, String returns, boolean accepted) {
        ByteBuffer memory = client.memory;
        memory.position(0x100).put("peer\0".getBytes());
        memory.putInt(0x200, 0x100).putInt(0x204, Integer.decode(arguments)).putInt(0x208, Integer.decode(returns));
        byte[] before = memory.array().clone();
        EntryResult entry = client.firmware.call(0x200);
        if (accepted) {
            assertThat(entry).isEqualTo(EntryResult.COMPLETED);
        } else {
            assertThat(entry).isEqualTo(EntryResult.BAD_FRAME);
            assertThat(entry.code()).isEqualTo(-4);
            assertThat(memory.array()).isEqualTo(before);
        }
    }

    @Test
    void aFrameOutsideMemoryIsNone() {
        for (long address :
                new long[] {Client.SIZE, Client.SIZE - 11, 0xffff_fffcL, -4, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(client.firmware.call(address)).as("%x", address).isEqualTo(EntryResult.BAD_FRAME);
        }
    }

    @Test
    void aFrameMayEndWithMemoryButMustNotRunOverIt() {
        ByteBuffer memory = client.memory;
        memory.position(0x100).put("peer\0".getBytes());
        int frame = Client.SIZE - 20;
        memory.putInt(frame, 0x100).putInt(frame + 4, 1).putInt(frame + 8, 1);
        assertThat(client.firmware.call(frame)).isEqualTo(EntryResult.COMPLETED);
        assertThat(memory.getInt(frame + 16)).isNotZero();
        memory.putInt(frame + 16, 7).putInt(frame + 8, 2);
        assertThat(client.firmware.call(frame)).isEqualTo(EntryResult.BAD_FRAME);
        assertThat(memory.getInt(frame + 16)).isEqualTo(7);
    }

    @Test
    void aServiceNameHasAtMost63Characters() {
        client.call("x".repeat(63));
        assertThat(client.entry).isEqualTo(EntryResult.UNKNOWN_SERVICE);
        assertThat(client.call("x".repeat(64))).isEqualTo(0x5555_5555);
        assertThat(client.entry).isEqualTo(EntryResult.BAD_FRAME);
    }

    @Test
    void aServiceNameOutsideMemoryIsNoFrame() {
        client.memory.putInt(0x200, Client.SIZE).putInt(0x204, 0).putInt(0x208, 1);
        assertThat(client.firmware.call(0x200)).isEqualTo(EntryResult.BAD_FRAME);
        assertThat(client.memory.getInt(0x20c)).isZero();
    }

    @Test
    void aTextMayEndWithTheLastByteOfMemoryWhereVofFails() {
        byte[] path = "/rtas\0".getBytes();
        client.memory.position(Client.SIZE - path.length).put(path);
        int rtas = client.find("/rtas");
        client.memory.position(Client.SIZE - path.length).put(path);
        byte[] name = "finddevice\0".getBytes();
        client.memory.position(0x100).put(name);
        client.memory.putInt(0x200, 0x100).putInt(0x204, 1).putInt(0x208, 1).putInt(0x20c, Client.SIZE - path.length);
        client.firmware.call(0x200);
        assertThat(client.memory.getInt(0x210)).isEqualTo(rtas);
        // Without its NUL it is no text.
        client.memory.put(Client.SIZE - 1, (byte) 'x');
        client.firmware.call(0x200);
        assertThat(client.memory.getInt(0x210)).isEqualTo(-1);
    }

    @Test
    void resultsMayBeWrittenOverTheArgumentsAndTheArray() {
        assertThat(client.call("getprop", client.find("/vdevice/vty"), "device_type", Client.FRAME, 7))
                .isEqualTo(7);
        assertThat(client.entry).isEqualTo(EntryResult.COMPLETED);
    }

    @Test
    void memoryNeedNotBeginAtZero() {
        ByteBuffer memory = ByteBuffer.allocate(0x1000);
        ClientInterface firmware = ClientInterface.builder(Trees.MACHINE, GuestMemory.of(0x8000_0000L, memory))
                .build();
        memory.put(0x100, "peer\0".getBytes());
        memory.putInt(0x200, 0x8000_0100).putInt(0x204, 1).putInt(0x208, 1);
        assertThat(firmware.call(0x8000_0200L)).isEqualTo(EntryResult.COMPLETED);
        assertThat(memory.getInt(0x210)).isEqualTo(firmware.handle("/").orElseThrow());
        assertThat(firmware.call(0x200)).isEqualTo(EntryResult.BAD_FRAME);
    }
}
