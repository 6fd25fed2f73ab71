// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.kvm.abi.OneRegLayout;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/**
 * The ids of registers that {@link Vcpu#getOneReg} takes: the architecture, the size, and which one.
 *
 * <p>Source: {@code KVM_REG_} in {@code linux/kvm.h}, {@code Documentation/virt/kvm/api.rst} 4.68.
 */
public final class OneReg {
    private static final int SIZE_MASK = 0xf;

    private OneReg() {}

    /**
     * The size that an id has in it.
     *
     * @param id which register
     * @return bytes, a power of two: 1 to 256 for what {@code linux/kvm.h} has a name for
     */
    public static int size(long id) {
        return 1 << (id >>> KvmFlags.KVM_REG_SIZE_SHIFT & SIZE_MASK);
    }

    static long get(FileDescriptor vcpu, long id) throws VfioException {
        ByteBuffer value = Structs.allocate(Long.BYTES);
        transfer(Step.KVM_GET_ONE_REG, KvmIoctl.KVM_GET_ONE_REG, vcpu, notLarge(id), value);
        return switch (size(id)) {
            case 1 -> Byte.toUnsignedLong(value.get(0));
            case 2 -> Short.toUnsignedLong(value.getShort(0));
            case 4 -> Integer.toUnsignedLong(value.getInt(0));
            default -> value.getLong(0);
        };
    }

    static void set(FileDescriptor vcpu, long id, long value) throws VfioException {
        ByteBuffer bytes = Structs.allocate(Long.BYTES);
        switch (size(notLarge(id))) {
            case 1 -> bytes.put(0, (byte) value);
            case 2 -> bytes.putShort(0, (short) value);
            case 4 -> bytes.putInt(0, (int) value);
            default -> bytes.putLong(0, value);
        }
        transfer(Step.KVM_SET_ONE_REG, KvmIoctl.KVM_SET_ONE_REG, vcpu, id, bytes);
    }

    static byte[] getBytes(FileDescriptor vcpu, long id) throws VfioException {
        ByteBuffer value = Structs.allocate(size(id));
        transfer(Step.KVM_GET_ONE_REG, KvmIoctl.KVM_GET_ONE_REG, vcpu, id, value);
        byte[] bytes = new byte[size(id)];
        value.get(0, bytes);
        return bytes;
    }

    static void setBytes(FileDescriptor vcpu, long id, byte... value) throws VfioException {
        if (value.length != size(id)) {
            throw new IllegalArgumentException(
                    name(id) + " is " + size(id) + " bytes large, the value " + value.length);
        }
        transfer(
                Step.KVM_SET_ONE_REG,
                KvmIoctl.KVM_SET_ONE_REG,
                vcpu,
                id,
                Structs.allocate(value.length).put(0, value));
    }

    private static void transfer(Step step, int ioctl, FileDescriptor vcpu, long id, ByteBuffer value)
            throws VfioException {
        ByteBuffer reg = Structs.allocate(OneRegLayout.SIZE)
                .putLong(OneRegLayout.ID, id)
                .putLong(OneRegLayout.ADDR, vcpu.linux().addressOf(value));
        int result;
        try {
            result = vcpu.ioctl(ioctl, reg);
        } finally {
            Reference.reachabilityFence(value);
        }
        VfioException.check(step, name(id) + " of " + vcpu.name(), result);
    }

    private static long notLarge(long id) {
        if (size(id) > Long.BYTES) {
            throw new IllegalArgumentException(name(id) + " is " + size(id) + " bytes large, more than a long");
        }
        return id;
    }

    private static String name(long id) {
        return "register 0x" + Long.toHexString(id);
    }
}
