// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The behaviour of QEMU's device, as it was measured on QEMU 7.2 ({@code -M virt}, through its qtest protocol). Values are
 * as the device model has them: little-endian numbers, so the first byte is the lowest.
 */
class FwCfgModelTest {
    private static final long BASE = 0x4000_0000L;
    private static final long DATA = BASE + 0x100;
    private static final long UNMAPPED = 0x1_0000L;
    private static final int UUID = 0x02;
    private static final int VMCOREINFO = 0x25;
    private static final int CONTROL = 8;
    private static final int DMA = 16;

    private final Ram ram = new Ram(BASE, 0x1000);
    private final FwCfgModel model = new FwCfgModel(FwCfgBoard.LAYOUT, ram)
            .item(UUID, hex("4600cb3238ec4b2f8acb81c6ea54f2d8"))
            .item(0x05, new byte[] {3, 0})
            .item(0x24, hex("0f000000"))
            .writableItem(VMCOREINFO, new byte[16]);

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** A big-endian write of the selector. */
    private void select(int key) {
        model.write(0, CONTROL, 2, Short.reverseBytes((short) key) & 0xffff);
    }

    private long data(int width) {
        return model.read(0, 0, width);
    }

    private byte[] read(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) data(1);
        }
        return bytes;
    }

    /** One transfer; the answer in the control word. */
    private int transfer(int control, int length, long address) {
        ram.write(
                BASE,
                ByteBuffer.allocate(16)
                        .putInt(control)
                        .putInt(length)
                        .putLong(address)
                        .array());
        start(BASE);
        return ram.getInt(0);
    }

    private void start(long request) {
        model.write(0, DMA, 4, Integer.toUnsignedLong(Integer.reverseBytes((int) (request >>> 32))));
        model.write(0, DMA + 4, 4, Integer.toUnsignedLong(Integer.reverseBytes((int) request)));
    }

    private static int selecting(int key, int operation) {
        return key << 16 | 0x08 | operation;
    }

    private byte[] transferred(int count) {
        byte[] bytes = new byte[count];
        ram.read(DATA, bytes);
        return bytes;
    }

    @Test
    void behindTheEndThereAreZeros() {
        select(0);
        assertThat(read(6)).isEqualTo(new byte[] {'Q', 'E', 'M', 'U', 0, 0});
    }

    @Test
    void theFeaturesSayWhetherThereIsDma() {
        select(1);
        assertThat(read(4)).isEqualTo(hex("03000000"));
        model.withoutDma();
        select(1);
        assertThat(read(4)).isEqualTo(hex("01000000"));
        assertThat(model.read(0, DMA, 4)).isZero();
    }

    @Test
    void aSelectorInLittleEndianSelectsAnotherKey() {
        model.write(0, CONTROL, 2, 0x0001);
        assertThat(read(4)).containsOnly(0);
        model.item(0x0100, new byte[] {7});
        model.write(0, CONTROL, 2, 0x0001);
        assertThat(read(1)).containsOnly(7);
    }

    @Test
    void theWriteChannelSelectsTheItemItself() {
        select(0x4000);
        assertThat(read(4)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x8000, 0xffff, 0x03, 0x0f})
    void whatTheMachineHasNotReadsAsZeros(int key) {
        select(key);
        assertThat(read(4)).containsOnly(0);
    }

    @Test
    void onlyItsFirstByteIsTheDataRegister() {
        select(UUID);
        for (int at = 1; at < 8; at++) {
            assertThat(model.read(0, at, 1)).as("offset %d", at).isZero();
        }
        assertThat(model.read(0, 4, 4)).isZero();
        assertThat(data(1)).isEqualTo(0x46);
    }

    @ParameterizedTest
    @CsvSource({"1, 46", "2, 4600", "4, 4600cb32", "8, 4600cb3238ec4b2f"})
    void aWideReadGivesTheNextBytesInTheirOrder(int width, String expected) {
        select(UUID);
        byte[] memory =
                ByteBuffer.allocate(8).putLong(Long.reverseBytes(data(width))).array();
        assertThat(HexFormat.of().formatHex(memory, 0, width)).isEqualTo(expected);
        assertThat(data(1)).isEqualTo(hex("4600cb3238ec4b2f8a")[width] & 0xff);
    }

    @Test
    void otherWritesAreIgnored() {
        select(UUID);
        data(1);
        model.write(0, CONTROL, 1, 0);
        model.write(0, CONTROL, 4, 0);
        model.write(0, 0, 4, 0x12345678);
        assertThat(data(1)).isZero();
        assertThat(data(1)).isEqualTo(0xcb);
        assertThat(model.bytes(UUID)).startsWith(0x46, 0, 0xcb);
    }

    @Test
    void theSelectorReadsAsZero() {
        select(UUID);
        assertThat(model.read(0, CONTROL, 2)).isZero();
    }

    @Test
    void numbersAreLittleEndian() {
        select(5);
        assertThat(read(2)).isEqualTo(new byte[] {3, 0});
        select(0x24);
        assertThat(data(4)).isEqualTo(15);
    }

    @Test
    void theDmaRegisterReadsAsItsSignature() {
        assertThat(model.read(0, DMA, 4) << 32 >>> 32 | model.read(0, DMA + 4, 4) << 32)
                .isEqualTo(Long.reverseBytes(0x51454d5520434647L));
    }

    @Test
    void aTransferFillsWhatTheItemHasNotWithZerosAndNoByteMore() {
        ram.write(DATA, hex("ffffffffffffffffffff"));
        assertThat(transfer(selecting(0, 0x02), 6, DATA)).isZero();
        assertThat(transferred(8)).isEqualTo(hex("51454d550000ffff"));
    }

    @Test
    void anItemThatIsNotThereIsReadAsZeros() {
        ram.write(DATA, hex("ffff"));
        assertThat(transfer(selecting(0x3ff, 0x02), 2, DATA)).isZero();
        assertThat(transferred(2)).containsOnly(0);
    }

    @Test
    void anItemIsWritten() {
        ram.write(DATA, hex("0102030405"));
        assertThat(transfer(selecting(VMCOREINFO, 0x10), 5, DATA)).isZero();
        assertThat(model.bytes(VMCOREINFO)).startsWith(1, 2, 3, 4, 5, 0);
    }

    @ParameterizedTest
    @CsvSource({"0x3ff, 4, not there", "0x24, 4, read-only", "0x25, 17, too long"})
    void aWriteThatIsRefusedChangesNothingButTheOffset(String key, int length, String why) {
        ram.write(DATA, hex("ffffffff"));
        assertThat(transfer(selecting(Integer.decode(key), 0x10), length, DATA))
                .as(why)
                .isOne();
        assertThat(model.bytes(VMCOREINFO)).containsOnly(0);
        assertThat(model.bytes(0x24)).isEqualTo(hex("0f000000"));
        assertThat(data(1)).as("at the end").isZero();
        assertThat(data(4)).isZero();
    }

    @Test
    void aWriteThatIsTooLongEndsAtTheEnd() {
        model.item(0x24, hex("0f0e0d0c"));
        assertThat(transfer(selecting(0x24, 0x10), 3, DATA)).isOne();
        assertThat(data(2)).isEqualTo(0x0c);
    }

    @Test
    void nothingCanBeWrittenAnywhere() {
        assertThat(transfer(selecting(0x24, 0x10), 0, DATA)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, -1})
    void aSkipBehindTheEndStaysThere(int length) {
        assertThat(transfer(selecting(UUID, 0x04), length, 0)).isZero();
        assertThat(data(4)).isZero();
        assertThat(transfer(0x04, 2, 0)).isZero();
        assertThat(data(4)).isZero();
    }

    @Test
    void registersAndTransfersShareOneCursor() {
        assertThat(transfer(selecting(0, 0x04), 2, 0)).isZero();
        assertThat(read(2)).isEqualTo(new byte[] {'M', 'U'});
        select(0);
        data(1);
        assertThat(transfer(0x02, 2, DATA)).isZero();
        assertThat(transferred(2)).isEqualTo(new byte[] {'E', 'M'});
    }

    @Test
    void aReadGoesBeforeAWriteAndASkip() {
        assertThat(transfer(selecting(0, 0x16), 4, DATA)).isZero();
        assertThat(transferred(4)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void withoutOperationThereIsOnlyASelection() {
        assertThat(transfer(selecting(UUID, 0), 9, UNMAPPED)).isZero();
        assertThat(data(1)).isEqualTo(0x46);
    }

    @Test
    void otherBitsOfTheRequestAreIgnored() {
        assertThat(transfer(selecting(0, 0x02 | 0x01 | 0xffe0), 4, DATA)).isZero();
        assertThat(transferred(4)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void dataWithoutMemoryIsAnError() {
        assertThat(transfer(selecting(0, 0x02), 4, UNMAPPED)).isOne();
        assertThat(transfer(selecting(VMCOREINFO, 0x10), 4, UNMAPPED)).isOne();
    }

    @Test
    void aRequestWithoutMemoryIsNeverAnswered() {
        start(UNMAPPED);
        start(BASE + 0x1000 - 8);
        assertThat(model.transfers()).isEqualTo(2);
        assertThat(transferred(16)).containsOnly(0);
    }

    @Test
    void theLowerHalfAloneStartsATransferBelow4GiB() {
        model.write(0, DMA, 4, Integer.toUnsignedLong(Integer.reverseBytes(7)));
        start(BASE);
        ram.write(
                BASE,
                ByteBuffer.allocate(16)
                        .putInt(selecting(0, 0x02))
                        .putInt(4)
                        .putLong(DATA)
                        .array());
        model.write(0, DMA + 4, 4, Integer.toUnsignedLong(Integer.reverseBytes((int) BASE)));
        assertThat(transferred(4)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void eightBytesToTheDmaRegisterAreATransfer() {
        ram.write(
                BASE,
                ByteBuffer.allocate(16)
                        .putInt(selecting(0, 0x02))
                        .putInt(4)
                        .putLong(DATA)
                        .array());
        model.write(0, DMA, 8, Long.reverseBytes(BASE));
        assertThat(transferred(4)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aResetForgetsWhatTheGuestWrote() {
        ram.write(DATA, hex("01"));
        transfer(selecting(VMCOREINFO, 0x10), 1, DATA);
        model.reset();
        assertThat(model.bytes(VMCOREINFO)).containsOnly(0);
        assertThat(read(4)).isEqualTo("QEMU".getBytes(StandardCharsets.US_ASCII));
    }
}
