// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.ArmRegister;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * A guest of a few dozen instructions of AArch64. It has a PL011 interrupt it by sending bytes, one after the other, serves
 * each interrupt, and tells how many there were.
 *
 * <p>Source: PL011 manual (DDI 0183), 3.3; GICv3 architecture (IHI 0069), 12.
 */
final class UartInterruptGuest implements AutoCloseable {
    static final long DISTRIBUTOR = 0x0800_0000;
    static final long REDISTRIBUTOR = 0x080a_0000;
    static final long UART = 0x0900_0000;
    /** Where it tells: sent, taken, taken and unwanted, and that it ends; 8 bytes each. */
    static final long REPORT = 0x0a00_0000;

    static final int REPORTS = 3;

    private static final long MEMORY = 0x4000_0000;
    private static final int SIZE = 0x1_0000;
    private static final int VECTORS = 0x800;
    private static final int IRQ_VECTOR = VECTORS + 0x280;

    /** x10 distributor, x11 UART, x12 report, x20 how many, x21 taken, x22 sent, x23 unwanted, x24 bit of the SPI. */
    private static final int[] START = {
        0x10004000, // adr x0, VECTORS
        0xd518c000, // msr vbar_el1, x0
        0xd538cca0, // mrs x0, icc_sre_el1
        0xb2400000, // orr x0, x0, #1
        0xd518cca0, // msr icc_sre_el1, x0
        0xd5033fdf, // isb
        0xd2801fe0, // mov x0, #0xff
        0xd5184600, // msr icc_pmr_el1, x0
        0xd2800020, // mov x0, #1
        0xd518cce0, // msr icc_igrpen1_el1, x0
        0xd5033fdf, // isb
        0x52800240, // mov w0, #0x12
        0xb9000140, // str w0, [x10]             GICD_CTLR: affinity routing, group 1
        0x12800000, // mov w0, #-1
        0xb9008540, // str w0, [x10, #0x84]      GICD_IGROUPR1
        0xb90c095f, // str wzr, [x10, #0xc08]    GICD_ICFGR2: levels
        0x2a1803e0, // mov w0, w24
        0xb9010540, // str w0, [x10, #0x104]     GICD_ISENABLER1
        0x5280ffe0, // mov w0, #0x7ff
        0xb9004560, // str w0, [x11, #0x44]      UARTICR
        0x52800400, // mov w0, #0x20
        0xb9003960, // str w0, [x11, #0x38]      UARTIMSC: transmit
        0x910006d6, // next: add x22, x22, #1
        0x528005c0, // mov w0, #'.'
        0xb9000160, // str w0, [x11]             UARTDR
        0xd50342df, // wait: msr daifset, #2
        0xeb1602bf, // cmp x21, x22
        0x540000a2, // b.hs served
        0xd503207f, // wfi
        0xd50342ff, // msr daifclr, #2
        0xd5033fdf, // isb
        0x17fffffa, // b wait
        0xd50342ff, // served: msr daifclr, #2
        0xd5033fdf, // isb
        0xeb1402df, // cmp x22, x20
        0x54fffe63, // b.lo next
        0xd2808001, // mov x1, #0x400
        0xb9401960, // linger: ldr w0, [x11, #0x18]
        0xf1000421, // subs x1, x1, #1
        0x54ffffc1, // b.ne linger
        0xf9000196, // str x22, [x12]
        0xf9000595, // str x21, [x12, #8]
        0xf9000997, // str x23, [x12, #16]
        0xf9000d9f, // str xzr, [x12, #24]
        0xd503207f, // halt: wfi
        0x17ffffff, // b halt
    };

    private static final int[] ON_IRQ = {
        0xd538cc00, // mrs x0, icc_iar1_el1
        0x710ff01f, // cmp w0, #1020
        0x54000063, // b.lo real
        0x910006f7, // add x23, x23, #1
        0xd69f03e0, // eret
        0x910006b5, // real: add x21, x21, #1
        0xb9404161, // ldr w1, [x11, #0x40]      UARTMIS
        0x35000041, // cbnz w1, clear
        0x910006f7, // add x23, x23, #1
        0x52800401, // clear: mov w1, #0x20
        0xb9004561, // str w1, [x11, #0x44]      UARTICR
        0xd518cc20, // msr icc_eoir1_el1, x0
        0xd69f03e0, // eret
    };

    private final LinuxSyscalls linux;
    private final long memory;

    UartInterruptGuest(LinuxSyscalls linux, Vm vm) throws Exception {
        this.linux = linux;
        memory = linux.mmap(
                0,
                SIZE,
                LinuxSyscalls.PROT_READ | LinuxSyscalls.PROT_WRITE,
                LinuxSyscalls.MAP_PRIVATE | LinuxSyscalls.MAP_ANONYMOUS,
                -1,
                0);
        ByteBuffer bytes = linux.memory(memory, SIZE);
        put(bytes, 0, START);
        put(bytes, IRQ_VECTOR, ON_IRQ);
        vm.memory(0, MEMORY, SIZE, memory);
    }

    private static void put(ByteBuffer bytes, int address, int... code) {
        for (int i = 0; i < code.length; i++) {
            bytes.putInt(address + i * Integer.BYTES, code[i]);
        }
    }

    /** {@code spi}: which the UART has, 0 to 31. */
    void start(Vcpu vcpu, int spi, int count) throws Exception {
        vcpu.setOneReg(ArmRegister.PC, MEMORY);
        vcpu.setOneReg(ArmRegister.x(10), DISTRIBUTOR);
        vcpu.setOneReg(ArmRegister.x(11), UART);
        vcpu.setOneReg(ArmRegister.x(12), REPORT);
        vcpu.setOneReg(ArmRegister.x(20), count);
        for (int zero = 21; zero <= 23; zero++) {
            vcpu.setOneReg(ArmRegister.x(zero), 0);
        }
        vcpu.setOneReg(ArmRegister.x(24), 1L << spi);
    }

    @Override
    public void close() {
        linux.munmap(memory, SIZE);
    }
}
