// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.List;

/** The objects of KVM that have attributes without being a device. */
public enum KvmObject implements AttributeOwner {
    /** {@code /dev/kvm} itself, where there is {@code KVM_CAP_SYS_ATTRIBUTES}. */
    SYSTEM("/dev/kvm"),
    /** A VM, where there is {@code KVM_CAP_VM_ATTRIBUTES} or it is of arm64. */
    VM("VM"),
    /** A VCPU, where there is {@code KVM_CAP_VCPU_ATTRIBUTES}. */
    VCPU("vCPU");

    private final String label;

    KvmObject(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    /** {@return those of x86-64 and of arm64; a kernel has one or the other} */
    @Override
    public List<KvmAttribute> attributes() {
        return switch (this) {
            case SYSTEM -> ObjectAttributes.OF_SYSTEM;
            case VM -> ObjectAttributes.OF_VM;
            case VCPU -> ObjectAttributes.OF_VCPU;
        };
    }
}
