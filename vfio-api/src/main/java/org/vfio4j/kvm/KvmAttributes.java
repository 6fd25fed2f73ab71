// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.vfio4j.kvm.abi.DeviceAttrLayout;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/**
 * The attributes of a device, a VM, a vCPU or {@code /dev/kvm}: KVM_SET_DEVICE_ATTR, KVM_GET_DEVICE_ATTR and
 * KVM_HAS_DEVICE_ATTR on its descriptor.
 *
 * <p>A typed attribute is checked before the kernel is asked: that it is of this object, goes this way, has such a
 * value, and may be set now. What the check knows of the VM is what was done through this library. The raw calls pass
 * everything on but flags: Linux ignores those, so a program that sets one would be told that it works.
 *
 * <p>Safe for use by several threads. Source: {@code Documentation/virt/kvm/api.rst} 4.80 and 4.81, {@code
 * virt/kvm/kvm_main.c}.
 */
public final class KvmAttributes {
    private static final int VALUE = DeviceAttrLayout.SIZE;

    private final FileDescriptor descriptor;
    private final AttributeOwner owner;
    private final VmProgress progress;
    private final Set<KvmAttribute> setBefore = ConcurrentHashMap.newKeySet();

    KvmAttributes(FileDescriptor descriptor, AttributeOwner owner, VmProgress progress) {
        this.descriptor = descriptor;
        this.owner = owner;
        this.progress = progress;
    }

    /** {@return what they are of} */
    public AttributeOwner owner() {
        return owner;
    }

    /**
     * Asks whether there is an attribute. Nothing is changed, and it does not mean that it can be set or got now.
     *
     * @param attribute which
     * @return whether there is
     * @throws VfioException if the kernel does not say
     * @throws IllegalArgumentException if it is of something else
     */
    public boolean has(KvmAttribute attribute) throws VfioException {
        requireOwn(attribute);
        return hasRaw(attribute.group(), attribute.number());
    }

    /**
     * Sets a number.
     *
     * @param attribute which
     * @param value the number
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if the attribute is of something else, cannot be set, or has no such value
     * @throws IllegalStateException if it is too early or too late for it, or it was set before and can be once
     */
    public void set(KvmAttribute attribute, long value) throws VfioException {
        requireSettable(attribute);
        if (!attribute.value().holds(value)) {
            throw new IllegalArgumentException("expected " + attribute.value() + " for " + attribute + ", got "
                    + (attribute.value() == AttributeValue.S32
                            ? Long.toString(value)
                            : "0x" + Long.toHexString(value)));
        }
        ByteBuffer struct = struct(attribute.group(), attribute.number());
        attribute.value().put(struct, VALUE, value);
        set(attribute, struct, VALUE);
    }

    /**
     * Does what a command says.
     *
     * @param command which, of {@link AttributeValue#NONE}
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if the attribute is of something else, or no command
     * @throws IllegalStateException if it is too early or too late for it
     */
    public void set(KvmAttribute command) throws VfioException {
        requireSettable(command);
        if (command.value() != AttributeValue.NONE) {
            throw new IllegalArgumentException("expected " + command.value() + " for " + command + ", got no value");
        }
        set(command, struct(command.group(), command.number()), 0);
    }

    /**
     * Sets a structure.
     *
     * @param attribute which
     * @param structure its bytes in native order, from position to limit
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if the attribute is of something else, cannot be set, or has another size
     * @throws IllegalStateException if it is too early or too late for it, or it was set before and can be once
     */
    public void set(KvmAttribute attribute, ByteBuffer structure) throws VfioException {
        requireSettable(attribute);
        if (structure.remaining() != attribute.value().size()) {
            throw new IllegalArgumentException("expected " + attribute.value() + " of "
                    + attribute.value().size() + " bytes for " + attribute + ", got " + structure.remaining()
                    + " bytes");
        }
        ByteBuffer struct = struct(attribute.group(), attribute.number());
        struct.put(VALUE, structure, structure.position(), structure.remaining());
        set(attribute, struct, VALUE);
    }

    /**
     * Gets a number.
     *
     * @param attribute which
     * @return the number
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if the attribute is of something else, cannot be got, or is no number
     * @throws IllegalStateException if it is too early for it
     */
    public long get(KvmAttribute attribute) throws VfioException {
        if (attribute.access() == AttributeAccess.WRITE_AND_ASK) {
            throw new IllegalArgumentException(
                    "expected a value that says which of several is wanted, for " + attribute);
        }
        return ask(attribute, 0);
    }

    /**
     * Gets one number of several.
     *
     * @param attribute which, of {@link AttributeAccess#WRITE_AND_ASK}
     * @param which the value that says which one is wanted
     * @return the number
     * @throws VfioException if the kernel refuses; ENOENT if there is no such one
     * @throws IllegalArgumentException if the attribute is of something else, or is not of that kind
     * @throws IllegalStateException if it is too early for it
     */
    public long get(KvmAttribute attribute, long which) throws VfioException {
        if (attribute.access() != AttributeAccess.WRITE_AND_ASK) {
            throw new IllegalArgumentException("expected an attribute that is got with a value, got " + attribute);
        }
        return ask(attribute, which);
    }

    private long ask(KvmAttribute attribute, long value) throws VfioException {
        requireOwn(attribute);
        if (!attribute.access().canRead() || attribute.value().isStructure()) {
            throw new IllegalArgumentException("expected an attribute that can be got, got " + attribute + ", which is "
                    + attribute.value() + " (" + attribute.access() + ")");
        }
        switch (attribute.phase()) {
            case AFTER_INIT, AFTER_VCPUS, AFTER_ADDRESS -> requirePhase(attribute);
            default -> {}
        }
        ByteBuffer struct = struct(attribute.group(), attribute.number());
        attribute.value().put(struct, VALUE, value);
        check(
                Step.KVM_GET_DEVICE_ATTR,
                attribute.group(),
                attribute.number(),
                call(struct, VALUE, KvmIoctl.KVM_GET_DEVICE_ATTR));
        progress.noteGot(owner, attribute.group());
        return attribute.value().get(struct, VALUE);
    }

    /**
     * Asks whether there is an attribute of numbers, without a check.
     *
     * @param group number of the group
     * @param number number in the group
     * @return whether there is; false is ENXIO
     * @throws VfioException if the kernel says anything else
     */
    public boolean hasRaw(int group, long number) throws VfioException {
        int result = tryHas(group, number);
        if (result == -Errno.ENXIO.number()) {
            return false;
        }
        check(Step.KVM_HAS_DEVICE_ATTR, group, number, result);
        return true;
    }

    /** KVM_HAS_DEVICE_ATTR: 0, or {@code -errno}. */
    int tryHas(int group, long number) {
        return descriptor.ioctl(KvmIoctl.KVM_HAS_DEVICE_ATTR, struct(group, number));
    }

    /**
     * Sets an attribute of numbers, without a check but for the flags.
     *
     * @param flags 0, as no flag is defined
     * @param group number of the group
     * @param number number in the group
     * @param value direct, the kernel gets the address of its position; null for address 0
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if there is a flag
     */
    public void setRaw(int flags, int group, long number, ByteBuffer value) throws VfioException {
        raw(Step.KVM_SET_DEVICE_ATTR, KvmIoctl.KVM_SET_DEVICE_ATTR, flags, group, number, value);
        known(group, number).filter(KvmAttribute::once).ifPresent(setBefore::add);
        progress.noteSet(owner, group, number);
    }

    /**
     * Gets an attribute of numbers, without a check but for the flags.
     *
     * @param flags 0, as no flag is defined
     * @param group number of the group
     * @param number number in the group
     * @param value direct, the kernel gets the address of its position; null for address 0
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if there is a flag
     */
    public void getRaw(int flags, int group, long number, ByteBuffer value) throws VfioException {
        raw(Step.KVM_GET_DEVICE_ATTR, KvmIoctl.KVM_GET_DEVICE_ATTR, flags, group, number, value);
        progress.noteGot(owner, group);
    }

    private void raw(Step step, int request, int flags, int group, long number, ByteBuffer value) throws VfioException {
        if (flags != 0) {
            throw new IllegalArgumentException("expected no flags of an attribute, as none is defined and Linux ignores"
                    + " them, got 0x" + Integer.toHexString(flags));
        }
        ByteBuffer struct = struct(group, number);
        try {
            struct.putLong(
                    DeviceAttrLayout.ADDR,
                    value == null ? 0 : descriptor.linux().addressOf(value));
            check(step, group, number, descriptor.ioctl(request, struct));
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    private void set(KvmAttribute attribute, ByteBuffer struct, int valueAt) throws VfioException {
        if (attribute.once() && !setBefore.add(attribute)) {
            throw new IllegalStateException("expected " + attribute + " to be set once, got a second value for it");
        }
        boolean done = false;
        try {
            int result = call(struct, valueAt, KvmIoctl.KVM_SET_DEVICE_ATTR);
            check(Step.KVM_SET_DEVICE_ATTR, attribute.group(), attribute.number(), result);
            done = true;
            progress.noteSet(owner, attribute.group(), attribute.number());
        } finally {
            if (!done) {
                setBefore.remove(attribute);
            }
        }
    }

    /** The structure, with room for a value behind it. */
    private static ByteBuffer struct(int group, long number) {
        return Structs.allocate(VALUE + AttributeValue.SMCCC_FILTER.size())
                .putInt(DeviceAttrLayout.GROUP, group)
                .putLong(DeviceAttrLayout.ATTR, number);
    }

    private int call(ByteBuffer struct, int valueAt, int request) {
        if (valueAt != 0) {
            struct.putLong(DeviceAttrLayout.ADDR, descriptor.linux().addressOf(struct) + valueAt);
        }
        return descriptor.ioctl(request, struct);
    }

    private void requireOwn(KvmAttribute attribute) {
        if (attribute.owner() != owner) {
            throw new IllegalArgumentException("expected an attribute of " + owner.label() + ", got " + attribute);
        }
    }

    private void requireSettable(KvmAttribute attribute) {
        requireOwn(attribute);
        if (!attribute.access().canWrite()) {
            throw new IllegalArgumentException("expected an attribute that can be set, got " + attribute);
        }
        requirePhase(attribute);
    }

    private void requirePhase(KvmAttribute attribute) {
        String obstacle = attribute.phase() == AttributePhase.AFTER_ADDRESS
                ? addressObstacle()
                : progress.obstacleTo(attribute.phase());
        if (obstacle != null) {
            throw new IllegalStateException(attribute + " is legal " + attribute.phase() + ": expected "
                    + attribute.phase().expected() + ", got " + obstacle);
        }
    }

    private String addressObstacle() {
        return setBefore.contains(ItsAttributes.ADDRESS) ? null : "none";
    }

    private void check(Step step, int group, long number, int result) throws VfioException {
        if (result < 0) {
            throw DeviceExplanations.exception(step, owner, subject(group, number), group, -result);
        }
    }

    private String subject(int group, long number) {
        return known(group, number)
                .map(KvmAttribute::toString)
                .orElseGet(() -> "group " + Integer.toUnsignedString(group) + " attribute 0x" + Long.toHexString(number)
                        + " of " + owner.label());
    }

    private Optional<KvmAttribute> known(int group, long number) {
        return owner.attributes().stream()
                .filter(attribute -> attribute.group() == group && attribute.number() == number)
                .findFirst();
    }
}
