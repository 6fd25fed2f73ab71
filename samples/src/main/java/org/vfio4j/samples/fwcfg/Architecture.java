// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteOrder;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The architectures with a fw_cfg device, and where QEMU has its registers there. Device trees and ACPI tables say the
 * window only. The offsets are those of QEMU's machines; Linux has the same ({@code FW_CFG_CTRL_OFF} and its like in
 * {@code drivers/firmware/qemu_fw_cfg.c}) and none for LoongArch and MIPS.
 */
public enum Architecture {
    /** 32- and 64-bit ARM: memory-mapped, with DMA. */
    ARM(8, 0, 16, 8, ByteOrder.BIG_ENDIAN),
    /** 32- and 64-bit RISC-V: as ARM. */
    RISCV(8, 0, 16, 8, ByteOrder.BIG_ENDIAN),
    /** LoongArch: as ARM. */
    LOONGARCH(8, 0, 16, 8, ByteOrder.BIG_ENDIAN),
    /** 32- and 64-bit x86: I/O ports, with DMA. The data register is the second byte of the selector. */
    X86(0, 1, 4, 1, ByteOrder.LITTLE_ENDIAN),
    /** 64-bit SPARC (sun4u): I/O ports. */
    SPARC64(0, 1, -1, 1, ByteOrder.LITTLE_ENDIAN),
    /** 32-bit SPARC (sun4m): memory-mapped. */
    SPARC32(0, 2, -1, 1, ByteOrder.BIG_ENDIAN),
    /** PowerPC (mac99, g3beige, 40p): memory-mapped. */
    POWERPC(0, 2, -1, 1, ByteOrder.BIG_ENDIAN),
    /** PA-RISC: memory-mapped. */
    PARISC(0, 4, -1, 1, ByteOrder.BIG_ENDIAN),
    /** MIPS (loongson3-virt): memory-mapped. */
    MIPS(0, 8, -1, 8, ByteOrder.BIG_ENDIAN);

    private final int control;
    private final int data;
    private final int dma;
    private final int dataWidth;
    private final ByteOrder selectorOrder;

    Architecture(int control, int data, int dma, int dataWidth, ByteOrder selectorOrder) {
        this.control = control;
        this.data = data;
        this.dma = dma;
        this.dataWidth = dataWidth;
        this.selectorOrder = selectorOrder;
    }

    /**
     * The architecture that this program runs on.
     *
     * @return the architecture
     * @throws UnsupportedOperationException if it is none that has a fw_cfg device
     */
    public static Architecture ofHost() {
        return of(System.getProperty("os.arch"));
    }

    /**
     * The architecture of a name that Java has for it.
     *
     * @param name the property {@code os.arch}, such as {@code aarch64}
     * @return the architecture
     * @throws UnsupportedOperationException if it is none that has a fw_cfg device
     */
    static Architecture of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "aarch64", "arm", "arm64" -> ARM;
            case "riscv64", "riscv32" -> RISCV;
            case "loongarch64" -> LOONGARCH;
            case "amd64", "x86_64", "x86", "i386", "i486", "i586", "i686" -> X86;
            case "sparcv9", "sparc64" -> SPARC64;
            case "sparc" -> SPARC32;
            case "ppc", "ppc64", "ppc64le" -> POWERPC;
            case "parisc", "parisc64", "hppa" -> PARISC;
            case "mips", "mipsel", "mips64", "mips64el" -> MIPS;
            default ->
                throw new UnsupportedOperationException("no fw_cfg registers are known for the architecture " + name
                        + "; give the window and the offsets, as 24@0x9020000:8:0:16");
        };
    }

    /** {@return offset of the selector register, in bytes} */
    public int control() {
        return control;
    }

    /** {@return offset of the data register, in bytes} */
    public int data() {
        return data;
    }

    /** {@return offset of the DMA address register, in bytes; empty if there is none} */
    public OptionalInt dma() {
        return dma < 0 ? OptionalInt.empty() : OptionalInt.of(dma);
    }

    /** {@return the widest access that the data register takes, in bytes} */
    public int dataWidth() {
        return dataWidth;
    }

    /** {@return the order of the two bytes of the selector: little-endian on I/O ports, else big-endian} */
    public ByteOrder selectorOrder() {
        return selectorOrder;
    }
}
