// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import org.vfio4j.kvm.abi.EnableCapLayout;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;
import org.vfio4j.vfio.internal.Structs;

/** {@code KVM_ENABLE_CAP}, which VMs and vCPUs have. */
final class Capabilities {
    private static final int ARGUMENTS = 4;

    private Capabilities() {}

    static void enable(FileDescriptor descriptor, KvmCapability capability, long... arguments) throws VfioException {
        if (arguments.length > ARGUMENTS) {
            throw new IllegalArgumentException(
                    "a capability has " + ARGUMENTS + " arguments at most, not " + arguments.length);
        }
        ByteBuffer cap = Structs.allocate(EnableCapLayout.SIZE).putInt(EnableCapLayout.CAP, capability.number());
        for (int i = 0; i < arguments.length; i++) {
            cap.putLong(EnableCapLayout.ARGS + i * Long.BYTES, arguments[i]);
        }
        int result = descriptor.ioctl(KvmIoctl.KVM_ENABLE_CAP, cap);
        VfioException.check(Step.KVM_ENABLE_CAP, capability + " of " + descriptor.name(), result);
    }
}
