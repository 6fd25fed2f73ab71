// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyTest {
    @Test
    void cellsAreBigEndianAndUnsignedAtAnyOffset() {
        byte[] data = {9, 9, 9, (byte) 0xfe, 0, 0, 1, 0, 0, 0, 2, 7};
        Property property = new Property("reg", data, 3, 9);

        assertThat(property.cellCount()).as("the last byte is no whole cell").isEqualTo(2);
        assertThat(property.cells()).containsExactly(0xfe000001, 2);
        assertThat(property.cell(1)).isEqualTo(2);
        assertThat(property.byteAt(0)).isEqualTo(0xfe);
        assertThat(property.bytes()).containsExactly(0xfe, 0, 0, 1, 0, 0, 0, 2, 7);
    }

    @Test
    void numbersHaveOneLength() {
        Property eight = new Property("p", new byte[] {(byte) 0xff, 0, 0, 0, (byte) 0x80, 0, 0, 1}, 0, 8);

        assertThat(eight.u64()).isEqualTo(0xff00_0000_8000_0001L);
        badValue(eight::u32, "expected one 32-bit number (4 bytes), found 8 bytes");
        assertThat(new Property("p", new byte[] {0, 0, 1, 0}, 0, 4).u32()).isEqualTo(256);
        badValue(
                () -> new Property("p", new byte[4], 0, 4).u64(),
                "expected one 64-bit number (8 bytes), found 4 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x4000_0000})
    void aCellThatIsNotThereIsMisuse(int index) {
        Property property = new Property("reg", new byte[12], 0, 8);

        assertThatThrownBy(() -> property.cell(index))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("property 'reg': cell " + index + " of 2 was asked for");
        assertThatThrownBy(() -> property.byteAt(index < 0 ? index : 8)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void stringsAreSplitAtEveryNul() {
        assertThat(text("one\0").strings()).containsExactly("one");
        assertThat(text("a\0\0b\0").strings()).containsExactly("a", "", "b");
        assertThat(text("").strings()).isEmpty();
        assertThat(text("one\0").string()).isEqualTo("one");
        badValue(() -> text("a\0b\0").string(), "expected one string, found 2 strings");
        badValue(() -> text("one").strings(), "expected NUL-terminated strings, found no NUL at the end");
        badValue(() -> text("").string(), "expected one string, found 0 strings");
    }

    @Test
    void textIsGuessedFromTheBytes() {
        assertThat(text("okay\0").looksLikeStrings()).isTrue();
        assertThat(text("a\0b\0").looksLikeStrings()).isTrue();
        assertThat(text("a\0\0b\0").looksLikeStrings()).as("an empty string").isFalse();
        assertThat(text("\0").looksLikeStrings()).isFalse();
        assertThat(text("").looksLikeStrings()).isFalse();
        assertThat(text("okay").looksLikeStrings()).as("no NUL").isFalse();
        assertThat(text("\u0001\0").looksLikeStrings())
                .as("a control character")
                .isFalse();
    }

    @Test
    void equalityIsThatOfNameAndBytes() {
        Property here = new Property("p", new byte[] {1, 2, 3}, 1, 2);
        Property there = new Property("p", new byte[] {2, 3}, 0, 2);

        assertThat(here).isEqualTo(there).hasSameHashCodeAs(there);
        assertThat(here)
                .isNotEqualTo(new Property("q", new byte[] {2, 3}, 0, 2))
                .isNotEqualTo(new Property("p", new byte[] {2, 3}, 0, 1))
                .isNotEqualTo(new Property("p", new byte[] {2, 4}, 0, 2));
    }

    @Test
    void bytesAreACopy() {
        Property property = text("x\0");
        property.bytes()[0] = 'y';

        assertThat(property.string()).isEqualTo("x");
    }

    private static Property text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return new Property("p", bytes, 0, bytes.length);
    }

    private static void badValue(Runnable read, String message) {
        assertThatExceptionOfType(DeviceTreeException.class)
                .isThrownBy(read::run)
                .withMessage(message + " (BAD_VALUE at property 'p')");
    }
}
