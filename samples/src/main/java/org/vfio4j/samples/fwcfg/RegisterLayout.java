// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the registers of a fw_cfg device are.
 *
 * @param base physical address or I/O port of the window, unsigned; 0 if it is not known
 * @param size bytes of the window
 * @param control offset of the selector, which is 16 bits wide
 * @param data offset of the data register
 * @param dma offset of the DMA address register, which is 64 bits wide; empty if there is none
 * @param dataWidth the widest access that the data register takes: 1, 2, 4 or 8 bytes
 * @param selectorOrder the order of the bytes of the selector
 */
public record RegisterLayout(
        long base, long size, int control, int data, OptionalInt dma, int dataWidth, ByteOrder selectorOrder) {
    /** The {@code compatible} of the device's node ({@code Documentation/devicetree/bindings/firmware/qemu,fw-cfg-mmio.yaml}). */
    public static final String COMPATIBLE = "qemu,fw-cfg-mmio";

    private static final int CONTROL_SIZE = 2;
    private static final int DMA_SIZE = 8;
    private static final String NUMBER = "(0[xX][0-9a-fA-F]+|[0-9]+)";
    private static final Pattern GRAMMAR = Pattern.compile(
            NUMBER + "([KkMmGg]?)@" + NUMBER + "(?::" + NUMBER + ":" + NUMBER + "(?::" + NUMBER + ")?)?");

    /**
     * Checks that the registers are inside the window.
     *
     * @param base see above
     * @param size see above
     * @param control see above
     * @param data see above
     * @param dma see above
     * @param dataWidth see above
     * @param selectorOrder see above
     * @throws IllegalArgumentException if one is not, or not at a multiple of its width
     */
    public RegisterLayout {
        Objects.requireNonNull(selectorOrder, "selectorOrder");
        require("selector", control, CONTROL_SIZE, CONTROL_SIZE, size);
        require("data register", data, dataWidth, dataWidth, size);
        if (dma.isPresent()) {
            require("DMA address register", dma.getAsInt(), DMA_SIZE, DMA_SIZE / 2, size);
        }
        if (Integer.bitCount(dataWidth) != 1 || dataWidth > 8) {
            throw new IllegalArgumentException("expected a data register of 1, 2, 4 or 8 bytes, got " + dataWidth);
        }
    }

    /**
     * The layout of an architecture. There is a DMA address register if the window has room for it: QEMU before 2.5 had
     * none.
     *
     * @param architecture the architecture
     * @param size bytes of the window
     * @return the layout, with an unknown base
     * @throws IllegalArgumentException if the window is too small for the selector and the data register
     */
    public static RegisterLayout of(Architecture architecture, long size) {
        return of(architecture, 0, size, architecture.control(), architecture.data(), OptionalInt.empty());
    }

    /**
     * The layout of a device-tree node.
     *
     * @param compatible the node's {@code compatible}
     * @param architecture the architecture of the machine that the tree describes
     * @param size bytes of the window, by the node's {@code reg}
     * @return the layout, with an unknown base
     * @throws IllegalArgumentException if the node is no fw_cfg device, or the window too small
     */
    public static RegisterLayout of(List<String> compatible, Architecture architecture, long size) {
        if (!compatible.contains(COMPATIBLE)) {
            throw new IllegalArgumentException("expected a node compatible with " + COMPATIBLE + ", got " + compatible);
        }
        return of(architecture, size);
    }

    /**
     * Reads {@code size@base[:ctrl:data[:dma]]}, the grammar of Linux's module parameters {@code qemu_fw_cfg.mmio} and
     * {@code .ioport}. Numbers are decimal, hexadecimal after {@code 0x} or octal after {@code 0}; the size may end in K,
     * M or G. What is left out is the architecture's.
     *
     * @param text such as {@code 24@0x9020000:8:0:16}
     * @param architecture for what is left out, and for the byte order of the selector
     * @return the layout
     * @throws IllegalArgumentException if the text is something else, or the window too small for the offsets
     */
    public static RegisterLayout parse(String text, Architecture architecture) {
        Matcher matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected SIZE@BASE[:CTRL:DATA[:DMA]], as 24@0x9020000:8:0:16, got '" + text + "'");
        }
        long size = scaled(number(matcher.group(1), text), matcher.group(2), text);
        long base = number(matcher.group(3), text);
        if (matcher.group(4) == null) {
            return of(architecture, base, size, architecture.control(), architecture.data(), OptionalInt.empty());
        }
        OptionalInt dma =
                matcher.group(6) == null ? OptionalInt.empty() : OptionalInt.of(offset(matcher.group(6), text));
        return of(architecture, base, size, offset(matcher.group(4), text), offset(matcher.group(5), text), dma);
    }

    private static RegisterLayout of(
            Architecture architecture, long base, long size, int control, int data, OptionalInt dma) {
        OptionalInt found = dma.isPresent() || !fits(architecture.dma(), size) ? dma : architecture.dma();
        int width = dataWidth(architecture.dataWidth(), size, control, data);
        return new RegisterLayout(base, size, control, data, found, width, architecture.selectorOrder());
    }

    private static boolean fits(OptionalInt dma, long size) {
        return dma.isPresent() && dma.getAsInt() + DMA_SIZE <= size;
    }

    /** The widest access that neither leaves the window nor reaches into the selector. */
    private static int dataWidth(int widest, long size, int control, int data) {
        int width = widest;
        while (width > 1 && (data % width != 0 || data + width > size || data <= control && data + width > control)) {
            width /= 2;
        }
        return width;
    }

    private static void require(String register, int offset, int width, int alignment, long size) {
        if (offset < 0 || offset % alignment != 0) {
            throw new IllegalArgumentException(
                    "expected the " + register + " at a multiple of " + alignment + ", got " + offset);
        }
        if (offset + (long) width > size) {
            throw new IllegalArgumentException("a window of " + size + " bytes is too small for the " + register
                    + " of " + width + " bytes at " + offset + "; expected " + (offset + width) + " bytes or more");
        }
    }

    private static long number(String digits, String text) {
        try {
            if (digits.length() > 2 && (digits.charAt(1) == 'x' || digits.charAt(1) == 'X')) {
                return Long.parseUnsignedLong(digits.substring(2), 16);
            }
            return Long.parseUnsignedLong(digits, digits.startsWith("0") ? 8 : 10);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "expected a number of 64 bits, got '" + digits + "' in '" + text + "'", e);
        }
    }

    private static int offset(String digits, String text) {
        long offset = number(digits, text);
        if (offset < 0 || offset > Short.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "expected an offset of a register, got " + digits + " in '" + text + "'");
        }
        return (int) offset;
    }

    private static long scaled(long number, String suffix, String text) {
        int shift = switch (suffix) {
            case "K", "k" -> 10;
            case "M", "m" -> 20;
            case "G", "g" -> 30;
            default -> 0;
        };
        if (number < 0 || number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException(
                    "expected the size of a window in '" + text + "', got " + number + suffix);
        }
        return number << shift;
    }

    /** {@return the layout in the grammar of {@link #parse}} */
    @Override
    public String toString() {
        String text = size + "@0x" + Long.toHexString(base) + ":" + control + ":" + data;
        return dma.isPresent() ? text + ":" + dma.getAsInt() : text;
    }
}
