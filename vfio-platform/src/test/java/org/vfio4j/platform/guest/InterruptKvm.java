// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.KvmCapability;
import org.vfio4j.kvm.abi.IrqLevelLayout;
import org.vfio4j.kvm.abi.IrqfdLayout;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.IrqSetLayout;
import org.vfio4j.vfio.abi.VfioFlags;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * The system calls of a board, and a KVM whose VM has interrupt lines and eventfds for them, and nothing else. What is said
 * to VFIO and KVM of interrupts is noted. One system call can be made to fail without doing anything; only close(2) is made
 * nevertheless.
 */
final class InterruptKvm {
    private static final int KVM = 5000;
    private static final int VM = 5001;
    private static final Set<String> FAILING = Set.of("close", "ioctl", "eventfd", "read", "write", "poll");

    private final LinuxSyscalls board;
    private final Set<KvmCapability> capabilities = EnumSet.of(KvmCapability.IRQFD, KvmCapability.IRQFD_RESAMPLE);
    private final Map<Integer, Integer> irqFds = new TreeMap<>();
    private final Map<Integer, Boolean> lines = new TreeMap<>();
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final List<String> made = Collections.synchronizedList(new ArrayList<>());
    private volatile int failing = Integer.MAX_VALUE;
    private volatile Errno error;

    InterruptKvm(LinuxSyscalls board) {
        this.board = board;
    }

    void has(KvmCapability... only) {
        capabilities.clear();
        capabilities.addAll(Arrays.asList(only));
    }

    /** What was said, such as {@code unmask} or {@code irqfd gsi 7}, in order. */
    List<String> said() {
        return said;
    }

    /** The system calls so far that can be made to fail. */
    List<String> made() {
        return made;
    }

    /** The {@code count}-th call from now, from 0, fails. */
    void fail(int count, Errno with) {
        error = with;
        failing = made.size() + count;
    }

    void failNoMore() {
        failing = Integer.MAX_VALUE;
    }

    /** Which lines have an eventfd. */
    synchronized Set<Integer> irqFds() {
        return Set.copyOf(irqFds.keySet());
    }

    /** Whether a line was set high last; the numbers are those of KVM_IRQ_LINE. */
    synchronized boolean isHigh(int line) {
        return lines.getOrDefault(line, false);
    }

    synchronized Set<Integer> linesSet() {
        return Set.copyOf(lines.keySet());
    }

    LinuxSyscalls syscalls() {
        return (LinuxSyscalls) Proxy.newProxyInstance(
                LinuxSyscalls.class.getClassLoader(), new Class<?>[] {LinuxSyscalls.class}, this::call);
    }

    private Object call(Object proxy, Method method, Object... arguments) throws Throwable {
        String name = method.getName();
        boolean fails = false;
        if (FAILING.contains(name)) {
            synchronized (made) {
                fails = made.size() == failing;
                made.add(name);
            }
        }
        if (fails && !name.equals("close")) {
            return -error.number();
        }
        if (name.equals("open") && arguments[0].equals(Kvm.PATH)) {
            return KVM;
        }
        boolean ours = arguments != null
                && arguments.length > 0
                && arguments[0] instanceof Integer fd
                && (fd == KVM || fd == VM);
        if (ours) {
            return name.equals("close") ? 0 : ioctl((int) arguments[1], arguments[2]);
        }
        if (name.equals("ioctl") && arguments[1].equals(VfioIoctl.VFIO_DEVICE_SET_IRQS)) {
            noteSetIrqs((ByteBuffer) arguments[2]);
        }
        try {
            Object result = method.invoke(board, arguments);
            return fails ? (Object) (-error.number()) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int ioctl(int request, Object argument) {
        return switch (request) {
            case KvmIoctl.KVM_GET_API_VERSION -> KvmFlags.KVM_API_VERSION;
            case KvmIoctl.KVM_GET_VCPU_MMAP_SIZE -> board.pageSize();
            case KvmIoctl.KVM_CREATE_VM -> VM;
            case KvmIoctl.KVM_CHECK_EXTENSION ->
                capabilities.stream().anyMatch(capability -> capability.number() == (long) argument) ? 1 : 0;
            case KvmIoctl.KVM_IRQFD -> irqFd((ByteBuffer) argument);
            case KvmIoctl.KVM_IRQ_LINE -> irqLine((ByteBuffer) argument);
            default -> -Errno.ENOTTY.number();
        };
    }

    private synchronized int irqFd(ByteBuffer irqfd) {
        int gsi = irqfd.getInt(IrqfdLayout.GSI);
        int flags = irqfd.getInt(IrqfdLayout.FLAGS);
        if ((flags & KvmFlags.KVM_IRQFD_FLAG_DEASSIGN) != 0) {
            said.add("no irqfd gsi " + gsi);
            irqFds.remove(gsi);
        } else {
            boolean resample = (flags & KvmFlags.KVM_IRQFD_FLAG_RESAMPLE) != 0;
            said.add("irqfd gsi " + gsi + (resample ? " with resample" : ""));
            irqFds.put(gsi, resample ? irqfd.getInt(IrqfdLayout.RESAMPLEFD) : -1);
        }
        return 0;
    }

    /** The guest ended the interrupt of a line: irqfd_resampler_ack of virt/kvm/eventfd.c. */
    synchronized void end(int gsi) {
        ByteBuffer one = ByteBuffer.allocateDirect(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(0, 1);
        board.write(irqFds.get(gsi), one);
    }

    private synchronized int irqLine(ByteBuffer level) {
        int line = level.getInt(IrqLevelLayout.IRQ);
        boolean high = level.getInt(IrqLevelLayout.LEVEL) != 0;
        said.add("line " + line + (high ? " high" : " low"));
        lines.put(line, high);
        notifyAll();
        return 0;
    }

    private void noteSetIrqs(ByteBuffer set) {
        int flags = set.getInt(IrqSetLayout.FLAGS);
        boolean eventFd = (flags & VfioFlags.VFIO_IRQ_SET_DATA_EVENTFD) != 0;
        boolean removed = eventFd ? set.getInt(IrqSetLayout.DATA) < 0 : set.getInt(IrqSetLayout.COUNT) == 0;
        String action = (flags & VfioFlags.VFIO_IRQ_SET_ACTION_TRIGGER) != 0
                ? "trigger"
                : (flags & VfioFlags.VFIO_IRQ_SET_ACTION_UNMASK) != 0 ? "unmask" : "mask";
        said.add((removed ? "no " : "") + action + (eventFd ? " eventfd" : ""));
    }
}
