// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/** Which way an attribute goes. */
public enum AttributeAccess {
    /** It can only be got. */
    READ("read"),
    /** It can only be set. */
    WRITE("write"),
    /** It can be set and got. */
    READ_WRITE("read, write"),
    /** It can be set, and got with a value that says which of several is wanted. */
    WRITE_AND_ASK("write, ask");

    private final String words;

    AttributeAccess(String words) {
        this.words = words;
    }

    /** {@return whether it can be got} */
    public boolean canRead() {
        return this != WRITE;
    }

    /** {@return whether it can be set} */
    public boolean canWrite() {
        return this != READ;
    }

    @Override
    public String toString() {
        return words;
    }
}
