// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.kvm.ArmRegister;
import org.vfio4j.kvm.ExitReason;
import org.vfio4j.kvm.MmioExit;
import org.vfio4j.kvm.SystemEvent;
import org.vfio4j.kvm.UndecodedAccess;
import org.vfio4j.kvm.Vcpu;
import org.vfio4j.platform.guest.MmioBus;
import org.vfio4j.platform.guest.MmioHandler;

@Timeout(60)
class CpuThreadTest {
    private static final SystemEvent POWER_OFF = new SystemEvent(SystemEvent.Type.SHUTDOWN, 1, 0);

    private final Vcpu vcpu = mock(Vcpu.class);
    private final MmioExit access = mock(MmioExit.class);
    private final MmioBus bus = new MmioBus();
    private final BlockingQueue<ExitReason> exits = new LinkedBlockingQueue<>();
    private final CountDownLatch inGuest = new CountDownLatch(1);
    private final CompletableFuture<Optional<SystemEvent>> end = new CompletableFuture<>();

    @BeforeEach
    void aCpuThatStopsAsOneIsTold() throws IOException {
        when(vcpu.run()).thenAnswer(call -> {
            inGuest.countDown();
            return exits.take();
        });
        doAnswer(call -> exits.add(ExitReason.INTERRUPTED)).when(vcpu).kick();
        when(vcpu.mmio()).thenReturn(access);
        when(vcpu.systemEvent()).thenReturn(POWER_OFF);
    }

    private void run(ExitReason... reasons) {
        exits.addAll(List.of(reasons));
        CpuThread.start(vcpu, bus, end);
    }

    @Test
    void theBusAnswersARead() throws Exception {
        when(access.address()).thenReturn(0x9000018L);
        when(access.length()).thenReturn(2);
        bus.add(0x9000000, 0x1000, new MmioHandler() {
            @Override
            public long read(long offset, int width) {
                return offset << 8 | width;
            }

            @Override
            public void write(long offset, int width, long value) {
                throw new AssertionError("a read is no write");
            }
        });
        run(ExitReason.INTERRUPTED, ExitReason.MMIO, ExitReason.SYSTEM_EVENT);
        assertThat(end.get()).contains(POWER_OFF);
        verify(access).answer(0x1802);
    }

    @Test
    void theBusGetsAWrite() throws Exception {
        when(access.isWrite()).thenReturn(true);
        when(access.address()).thenReturn(0x9000038L);
        when(access.length()).thenReturn(4);
        when(access.value()).thenReturn(0x50L);
        List<Long> written = new ArrayList<>();
        bus.add(0x9000000, 0x1000, new MmioHandler() {
            @Override
            public long read(long offset, int width) {
                throw new AssertionError("a write is no read");
            }

            @Override
            public void write(long offset, int width, long value) {
                written.addAll(List.of(offset, (long) width, value));
            }
        });
        run(ExitReason.MMIO, ExitReason.SYSTEM_EVENT);
        assertThat(end.get()).contains(POWER_OFF);
        assertThat(written).containsExactly(0x38L, 4L, 0x50L);
    }

    @Test
    void whereTheGuestCannotGoOnIsSaid() throws Exception {
        when(vcpu.id()).thenReturn(1);
        when(vcpu.getOneReg(ArmRegister.PC)).thenReturn(0xffff_8000_1234L);
        when(vcpu.undecodedAccess()).thenReturn(new UndecodedAccess(0x40, 0xc001000));
        run(ExitReason.ARM_NISV);
        assertThatThrownBy(end::get)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("CPU 1 cannot go on at address 0xffff80001234: an access of two registers")
                .hasMessageContaining("address=201330688");
    }

    @Test
    void anExitThatNobodyKnowsIsSaid() {
        when(vcpu.exitNumber()).thenReturn(77);
        run(ExitReason.OTHER);
        assertThatThrownBy(end::get).hasMessageEndingWith("exit 77 of KVM");
    }

    @Test
    void whatADeviceThrowsEndsTheGuest() {
        IllegalStateException broken = new IllegalStateException("broken");
        when(access.address()).thenThrow(broken);
        run(ExitReason.MMIO);
        assertThatThrownBy(end::get).hasCause(broken);
    }

    /** The end of one CPU ends the others, wherever they are. */
    @Test
    void aCpuInTheGuestIsStopped() throws Exception {
        CpuThread cpu = CpuThread.start(vcpu, bus, end);
        inGuest.await();
        end.complete(Optional.empty());
        CompletableFuture.runAsync(cpu::join).get(30, TimeUnit.SECONDS);
        verify(vcpu).kick();
        assertThat(exits).as("it left the guest, and did not go back").isEmpty();
        verify(access, never()).answer(anyLong());
    }
}
