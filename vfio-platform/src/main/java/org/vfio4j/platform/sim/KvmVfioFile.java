// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.linux.Errno;

/** The VFIO device of a VM: {@code virt/kvm/vfio.c}. It holds the files that were added. */
final class KvmVfioFile extends KvmDeviceFile {
    private final FileTable files;
    private final List<OpenFile> added = new ArrayList<>();

    KvmVfioFile(GuestVm vm, LongFunction<UserBuffer> memory, FileTable files) {
        super(vm, memory);
        this.files = files;
    }

    @Override
    String description() {
        return "anon_inode:kvm-vfio";
    }

    @Override
    void release() {
        added.forEach(OpenFile::letGo);
        added.clear();
        vm().vfioReleased();
    }

    @Override
    boolean canGet() {
        return false;
    }

    @Override
    void set(Attribute attribute) {
        has(attribute);
        OpenFile file = files.get(attribute.value().getInt(0));
        if (attribute.number() == KvmFlags.KVM_DEV_VFIO_GROUP_ADD) {
            KernelError.requireValid(file instanceof GroupFile || file instanceof DeviceFile);
            KernelError.require(!added.contains(file), Errno.EEXIST);
            file.hold();
            added.add(file);
        } else {
            KernelError.require(added.remove(file), Errno.ENOENT);
            file.letGo();
        }
    }

    @Override
    void get(Attribute attribute) {
        throw unknown();
    }

    @Override
    void has(Attribute attribute) {
        boolean known = attribute.group() == KvmFlags.KVM_DEV_VFIO_GROUP
                && (attribute.number() == KvmFlags.KVM_DEV_VFIO_GROUP_ADD
                        || attribute.number() == KvmFlags.KVM_DEV_VFIO_GROUP_DEL);
        if (!known) {
            throw unknown();
        }
    }
}
