// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm.abi;

import org.vfio4j.linux.Uapi;

/** The ioctl numbers of KVM that are of x86. */
@Uapi(header = "linux/kvm.h", architecture = "amd64")
public final class X86Ioctl {
    /** VCPU: {@link X86RegsLayout}. */
    public static final int KVM_GET_REGS = 0x8090ae81;

    /** VCPU: {@link X86RegsLayout}. */
    public static final int KVM_SET_REGS = 0x4090ae82;

    /** VCPU: {@link X86SregsLayout}. */
    public static final int KVM_GET_SREGS = 0x8138ae83;

    /** VCPU: {@link X86SregsLayout}. */
    public static final int KVM_SET_SREGS = 0x4138ae84;

    private X86Ioctl() {}
}
