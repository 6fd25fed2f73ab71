// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.kvm.Kvm;
import org.vfio4j.kvm.abi.CreateDeviceLayout;
import org.vfio4j.kvm.abi.DeviceAttrLayout;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.kvm.abi.UserspaceMemoryRegionLayout;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * The system calls of a board, and a KVM whose VM has memory slots and a VFIO device, and nothing else. It has the rules of {@code
 * __kvm_set_memory_region} of {@code virt/kvm/kvm_main.c} for size, alignment and overlap. One system call can be made to
 * fail without doing anything; only close(2) is made nevertheless.
 */
final class MemorySlots {
    private static final int KVM = 5000;
    private static final int VM = 5001;
    private static final int VFIO = 5002;
    private static final List<String> NO_CALLS = List.of("pageSize", "memory", "addressOf");

    record Slot(long guestAddress, long size, long hostAddress, int flags) {
        private boolean overlaps(Slot other) {
            return guestAddress < other.guestAddress + other.size && other.guestAddress < guestAddress + size;
        }
    }

    private final LinuxSyscalls board;
    private final Map<Integer, Slot> slots = new TreeMap<>();
    private final List<String> made = new ArrayList<>();
    /** How many files the VFIO device was told of. */
    private int vfioFiles;

    private boolean readOnlyMemory = true;
    private int failing = Integer.MAX_VALUE;
    private Errno error = Errno.EIO;

    MemorySlots(LinuxSyscalls board) {
        this.board = board;
    }

    /** The slots, by number. */
    Map<Integer, Slot> slots() {
        return Map.copyOf(slots);
    }

    /** Takes a slot away that the test made KVM keep. */
    void forget(int slot) {
        slots.remove(slot);
    }

    int vfioFiles() {
        return vfioFiles;
    }

    /** The system calls so far; an ioctl with its number. */
    List<String> made() {
        return made;
    }

    /** The {@code count}-th call from now, from 0, fails. */
    void fail(int count, Errno with) {
        failing = made.size() + count;
        error = with;
    }

    void withoutReadOnlyMemory() {
        readOnlyMemory = false;
    }

    LinuxSyscalls syscalls() {
        return (LinuxSyscalls) Proxy.newProxyInstance(
                LinuxSyscalls.class.getClassLoader(), new Class<?>[] {LinuxSyscalls.class}, this::call);
    }

    private Object call(Object proxy, Method method, Object... arguments) throws Throwable {
        String name = method.getName();
        if (NO_CALLS.contains(name)) {
            return onBoard(method, arguments);
        }
        boolean fails = made.size() == failing;
        made.add(name.equals("ioctl") ? "ioctl 0x" + Integer.toHexString((int) arguments[1]) : name);
        if (fails && !name.equals("close")) {
            return method.getReturnType() == long.class ? (Object) (long) -error.number() : (Object) (-error.number());
        }
        if (name.equals("open") && arguments[0].equals(Kvm.PATH)) {
            return KVM;
        }
        if (!List.of(KVM, VM, VFIO).contains(arguments[0])) {
            return onBoard(method, arguments);
        }
        return name.equals("close") ? (Object) 0 : (Object) ioctl((int) arguments[1], arguments[2]);
    }

    private Object onBoard(Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(board, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int ioctl(int request, Object argument) {
        return switch (request) {
            case KvmIoctl.KVM_GET_API_VERSION -> KvmFlags.KVM_API_VERSION;
            case KvmIoctl.KVM_GET_VCPU_MMAP_SIZE -> 3 * board.pageSize();
            case KvmIoctl.KVM_CREATE_VM -> VM;
            case KvmIoctl.KVM_CHECK_EXTENSION ->
                (long) argument == KvmFlags.KVM_CAP_READONLY_MEM && readOnlyMemory ? 1 : 0;
            case KvmIoctl.KVM_SET_USER_MEMORY_REGION -> set((ByteBuffer) argument);
            case KvmIoctl.KVM_CREATE_DEVICE -> {
                ((ByteBuffer) argument).putInt(CreateDeviceLayout.FD, VFIO);
                yield 0;
            }
            case KvmIoctl.KVM_SET_DEVICE_ATTR -> setFile(((ByteBuffer) argument).getLong(DeviceAttrLayout.ATTR));
            default -> -Errno.ENOTTY.number();
        };
    }

    private int setFile(long attribute) {
        vfioFiles += attribute == KvmFlags.KVM_DEV_VFIO_GROUP_ADD ? 1 : -1;
        return 0;
    }

    private int set(ByteBuffer region) {
        int number = region.getInt(UserspaceMemoryRegionLayout.SLOT);
        Slot slot = new Slot(
                region.getLong(UserspaceMemoryRegionLayout.GUEST_PHYS_ADDR),
                region.getLong(UserspaceMemoryRegionLayout.MEMORY_SIZE),
                region.getLong(UserspaceMemoryRegionLayout.USERSPACE_ADDR),
                region.getInt(UserspaceMemoryRegionLayout.FLAGS));
        if (((slot.guestAddress | slot.size | slot.hostAddress) & (board.pageSize() - 1)) != 0) {
            return -Errno.EINVAL.number();
        }
        if (slot.size == 0) {
            return slots.remove(number) == null ? -Errno.EINVAL.number() : 0;
        }
        if (slots.containsKey(number)) {
            return slot.equals(slots.get(number)) ? 0 : -Errno.EINVAL.number();
        }
        if (slots.values().stream().anyMatch(slot::overlaps)) {
            return -Errno.EEXIST.number();
        }
        slots.put(number, slot);
        return 0;
    }
}
