// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.Objects;

/**
 * An attribute of KVM's device control API: what it is of, its number, what its value is, which way it goes, and when.
 * {@link VfioAttributes}, {@link VgicV2Attributes}, {@link VgicV3Attributes}, {@link ItsAttributes} and {@link
 * ObjectAttributes} have those that the library knows; others can be made.
 *
 * @param owner what it is an attribute of
 * @param name its name without the prefix that all of the owner have, such as {@code ADDR/DIST}
 * @param group number of the group, unsigned
 * @param number number within the group, or for a register a word of several fields
 * @param value what the value is
 * @param access which way it goes
 * @param phase when it may be set, and for {@code AFTER_} phases got
 * @param once whether it can be set only once
 */
public record KvmAttribute(
        AttributeOwner owner,
        String name,
        int group,
        long number,
        AttributeValue value,
        AttributeAccess access,
        AttributePhase phase,
        boolean once) {
    /**
     * Makes an attribute.
     *
     * @param owner see above
     * @param name see above
     * @param group see above
     * @param number see above
     * @param value see above
     * @param access see above
     * @param phase see above
     * @param once see above
     */
    public KvmAttribute {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(phase, "phase");
    }

    /** A command: setting it does something, and there is no value. */
    static KvmAttribute command(AttributeOwner owner, String name, int group, long number, AttributePhase phase) {
        return new KvmAttribute(owner, name, group, number, AttributeValue.NONE, AttributeAccess.WRITE, phase, false);
    }

    /** A value that can be set and got, any number of times. */
    static KvmAttribute state(
            AttributeOwner owner, String name, int group, long number, AttributeValue value, AttributePhase phase) {
        return new KvmAttribute(owner, name, group, number, value, AttributeAccess.READ_WRITE, phase, false);
    }

    /** A value that is set once and can be got. */
    static KvmAttribute setting(
            AttributeOwner owner, String name, int group, long number, AttributeValue value, AttributePhase phase) {
        return new KvmAttribute(owner, name, group, number, value, AttributeAccess.READ_WRITE, phase, true);
    }

    /** {@return its name and what it is of, such as {@code CTRL/INIT of VGIC_V3}} */
    @Override
    public String toString() {
        return name + " of " + owner.label();
    }
}
