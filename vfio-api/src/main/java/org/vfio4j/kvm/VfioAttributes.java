// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.List;
import org.vfio4j.kvm.abi.KvmFlags;

/** The attributes of {@link KvmDeviceType#VFIO} ({@code virt/kvm/vfio.c}). Nothing of it can be got. */
public final class VfioAttributes {
    /** Tells KVM of a group or, since Linux 6.6, of a device: its descriptor. KVM holds the file until it is removed. */
    public static final KvmAttribute FILE_ADD = file("FILE/ADD", KvmFlags.KVM_DEV_VFIO_GROUP_ADD);

    /** Takes a group or device away: its descriptor. */
    public static final KvmAttribute FILE_DEL = file("FILE/DEL", KvmFlags.KVM_DEV_VFIO_GROUP_DEL);

    static final List<KvmAttribute> ALL = List.of(FILE_ADD, FILE_DEL);

    private VfioAttributes() {}

    private static KvmAttribute file(String name, int number) {
        return new KvmAttribute(
                KvmDeviceType.VFIO,
                name,
                KvmFlags.KVM_DEV_VFIO_GROUP,
                number,
                AttributeValue.S32,
                AttributeAccess.WRITE,
                AttributePhase.ANY,
                false);
    }
}
