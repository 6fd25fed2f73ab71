// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;

/** What is at the address that goes with an attribute. Numbers are in native byte order. */
public enum AttributeValue {
    /** Nothing: the attribute is a command. */
    NONE(0, "no value"),
    /** A signed 32-bit number. */
    S32(4, "a signed 32-bit number"),
    /** An unsigned 32-bit number. */
    U32(4, "an unsigned 32-bit number"),
    /** A 64-bit number. */
    U64(8, "a 64-bit number"),
    /** 8 bytes of several fields: {@code struct kvm_pmu_event_filter}. */
    PMU_FILTER(8, "a struct kvm_pmu_event_filter"),
    /** 24 bytes of several fields: {@code struct kvm_smccc_filter}. */
    SMCCC_FILTER(24, "a struct kvm_smccc_filter");

    private final int size;
    private final String words;

    AttributeValue(int size, String words) {
        this.size = size;
        this.words = words;
    }

    /** {@return bytes} */
    public int size() {
        return size;
    }

    /** Whether a number can be such a value. */
    boolean holds(long value) {
        return switch (this) {
            case NONE, PMU_FILTER, SMCCC_FILTER -> false;
            case S32 -> value == (int) value;
            case U32 -> value == (value & 0xffff_ffffL);
            case U64 -> true;
        };
    }

    /** Whether it is one number, or none. */
    boolean isStructure() {
        return this == PMU_FILTER || this == SMCCC_FILTER;
    }

    void put(ByteBuffer buffer, int at, long value) {
        if (size == Integer.BYTES) {
            buffer.putInt(at, (int) value);
        } else {
            buffer.putLong(at, value);
        }
    }

    long get(ByteBuffer buffer, int at) {
        return switch (this) {
            case S32 -> buffer.getInt(at);
            case U32 -> Integer.toUnsignedLong(buffer.getInt(at));
            default -> buffer.getLong(at);
        };
    }

    @Override
    public String toString() {
        return words;
    }
}
