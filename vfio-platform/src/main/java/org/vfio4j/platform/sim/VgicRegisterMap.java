// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import java.util.Optional;

/**
 * Which registers an emulated GIC has: the tables of {@code vgic-mmio-v3.c} and {@code vgic-mmio-v2.c}.
 *
 * @param blocks what is at which offsets
 */
record VgicRegisterMap(List<Block> blocks) {
    /** What an access by an attribute does. */
    enum Kind {
        /** Keeps what is written. */
        STATE,
        /** Keeps of each pair of bits the upper one, and of SGIs and PPIs what is there at start. */
        CONFIGURATION,
        /** Of 16 SGIs: edges. */
        SGI_CONFIGURATION,
        /** A 1 sets a bit. */
        SET,
        /** A 1 clears the bit that SET sets, 0x80 below. */
        CLEAR,
        /** Reads as zeros, and ignores writes. */
        NOTHING,
        /** Reads as ones, and ignores writes. */
        ONES,
        /** CTLR, TYPER and IIDR of a distributor. */
        DISTRIBUTOR,
        /** IIDR of a redistributor. */
        IMPLEMENTER,
        /** TYPER of a redistributor. */
        TYPER
    }

    /** Registers in a row; {@code bitsPerIrq} is 0 if they are not of one interrupt after the other. */
    record Block(int start, int length, int bitsPerIrq, Kind kind) {
        boolean has(long offset) {
            return offset >= start && offset < start + length;
        }
    }

    private static final int IRQS = 1024;
    private static final int SGI_FRAME = 0x1_0000;

    /** Of a GICv3's distributor. */
    static final VgicRegisterMap V3_DISTRIBUTOR = new VgicRegisterMap(List.of(
            registers(0, 16, Kind.DISTRIBUTOR),
            registers(0x10, 4, Kind.ONES),
            perIrq(0x80, 1, Kind.STATE),
            perIrq(0x100, 1, Kind.SET),
            perIrq(0x180, 1, Kind.CLEAR),
            perIrq(0x200, 1, Kind.STATE),
            perIrq(0x280, 1, Kind.NOTHING),
            perIrq(0x300, 1, Kind.SET),
            perIrq(0x380, 1, Kind.CLEAR),
            perIrq(0x400, 8, Kind.STATE),
            perIrq(0x800, 8, Kind.NOTHING),
            perIrq(0xc00, 2, Kind.CONFIGURATION),
            perIrq(0xd00, 1, Kind.NOTHING),
            perIrq(0x6000, 64, Kind.STATE),
            registers(0xffd0, 48, Kind.NOTHING)));

    /** Of a GICv3's redistributor, both frames. */
    static final VgicRegisterMap V3_REDISTRIBUTOR = new VgicRegisterMap(List.of(
            registers(0, 4, Kind.NOTHING),
            registers(4, 4, Kind.IMPLEMENTER),
            registers(8, 8, Kind.TYPER),
            registers(0x10, 4, Kind.NOTHING),
            registers(0x14, 4, Kind.NOTHING),
            registers(0x70, 8, Kind.STATE),
            registers(0x78, 8, Kind.STATE),
            registers(0xa0, 8, Kind.NOTHING),
            registers(0xb0, 8, Kind.NOTHING),
            registers(0xc0, 4, Kind.NOTHING),
            registers(0xffd0, 48, Kind.NOTHING),
            registers(SGI_FRAME + 0x80, 4, Kind.STATE),
            registers(SGI_FRAME + 0x100, 4, Kind.SET),
            registers(SGI_FRAME + 0x180, 4, Kind.CLEAR),
            registers(SGI_FRAME + 0x200, 4, Kind.STATE),
            registers(SGI_FRAME + 0x280, 4, Kind.NOTHING),
            registers(SGI_FRAME + 0x300, 4, Kind.SET),
            registers(SGI_FRAME + 0x380, 4, Kind.CLEAR),
            registers(SGI_FRAME + 0x400, 32, Kind.STATE),
            registers(SGI_FRAME + 0xc00, 4, Kind.SGI_CONFIGURATION),
            registers(SGI_FRAME + 0xc04, 4, Kind.NOTHING),
            registers(SGI_FRAME + 0xd00, 4, Kind.NOTHING),
            registers(SGI_FRAME + 0xe00, 4, Kind.NOTHING)));

    /** Of a GICv2's distributor. */
    static final VgicRegisterMap V2_DISTRIBUTOR = new VgicRegisterMap(List.of(
            registers(0, 12, Kind.DISTRIBUTOR),
            perIrq(0x80, 1, Kind.STATE),
            perIrq(0x100, 1, Kind.SET),
            perIrq(0x180, 1, Kind.CLEAR),
            perIrq(0x200, 1, Kind.SET),
            perIrq(0x280, 1, Kind.CLEAR),
            perIrq(0x300, 1, Kind.SET),
            perIrq(0x380, 1, Kind.CLEAR),
            perIrq(0x400, 8, Kind.STATE),
            perIrq(0x800, 8, Kind.STATE),
            perIrq(0xc00, 2, Kind.CONFIGURATION),
            registers(0xf00, 4, Kind.NOTHING),
            registers(0xf10, 16, Kind.NOTHING),
            registers(0xf20, 16, Kind.NOTHING)));

    /** Of a GICv2's CPU interface. */
    static final VgicRegisterMap V2_CPU_INTERFACE = new VgicRegisterMap(List.of(
            registers(0, 12, Kind.STATE),
            registers(0x1c, 4, Kind.STATE),
            registers(0xd0, 16, Kind.STATE),
            registers(0xfc, 4, Kind.NOTHING)));

    private static Block registers(int start, int length, Kind kind) {
        return new Block(start, length, 0, kind);
    }

    private static Block perIrq(int start, int bits, Kind kind) {
        return new Block(start, bits * IRQS / 8, bits, kind);
    }

    /** vgic_get_mmio_region: what a 32-bit access finds, if there are that many interrupts. */
    Optional<Block> find(long offset, int irqs) {
        return blocks.stream()
                .filter(block -> (offset & 3) == 0 && block.has(offset))
                .filter(block -> block.bitsPerIrq == 0 || (offset - block.start) * 8 / block.bitsPerIrq < irqs)
                .findFirst();
    }
}
