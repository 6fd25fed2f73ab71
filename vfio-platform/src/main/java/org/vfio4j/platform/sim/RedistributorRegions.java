// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import org.vfio4j.kvm.VgicV3;
import org.vfio4j.linux.Errno;

/** Where a GICv3's redistributors are: vgic_v3_alloc_redist_region and its neighbours. */
final class RedistributorRegions {
    private static final long FRAME = 0x1_0000;
    private static final long SIZE = VgicV3.REDISTRIBUTOR_SIZE;

    private final GuestVm vm;
    private final List<Region> regions = new ArrayList<>();

    RedistributorRegions(GuestVm vm) {
        this.vm = vm;
    }

    /** A region; {@code count} is 0 for the one of all vCPUs. */
    static final class Region {
        private final int index;
        private final long base;
        private final int count;
        private int used;

        Region(int index, long base, int count) {
            this.index = index;
            this.base = base;
            this.count = count;
        }

        long base() {
            return base;
        }

        int count() {
            return count;
        }
    }

    private long sizeOf(Region region) {
        return SIZE * (region.count == 0 ? vm.vcpus().size() : region.count);
    }

    /** The base of the first region; -1 if there is none. */
    long first() {
        return regions.isEmpty() ? Vgic.UNDEFINED : regions.get(0).base;
    }

    /** The region of an index; ENOENT if there is none. */
    Region get(int index) {
        return regions.stream()
                .filter(region -> region.index == index)
                .findFirst()
                .orElseThrow(() -> new KernelError(Errno.ENOENT));
    }

    /** vgic_v3_set_redist_base. */
    void add(int index, long base, int count, long distributor) {
        Region added = new Region(index, base, count);
        requireFitting(added, distributor);
        regions.add(added);
        try {
            vm.vcpus().forEach(vcpu -> place(vcpu, distributor));
        } catch (KernelError refused) {
            vm.vcpus().stream()
                    .filter(vcpu -> vcpu.redistributor() == added)
                    .forEach(vcpu -> vcpu.setRedistributor(null));
            regions.remove(added);
            throw refused;
        }
    }

    private void requireFitting(Region added, long distributor) {
        long size = sizeOf(added);
        KernelError.requireValid(Long.compareUnsigned(added.base + size, added.base) >= 0);
        if (regions.isEmpty()) {
            KernelError.requireValid(added.index == 0);
        } else {
            Region last = regions.get(regions.size() - 1);
            KernelError.requireValid(added.count != 0 || last.count == 0);
            KernelError.require(added.count != 0, Errno.EEXIST);
            KernelError.requireValid(added.index == last.index + 1);
        }
        if (added.count == 0 && distributor != Vgic.UNDEFINED) {
            KernelError.requireValid(
                    added.base + size <= distributor || added.base >= distributor + VgicV3.DISTRIBUTOR_SIZE);
        }
        KernelError.requireValid(!overlaps(added.base, size));
        vm.requireRange(added.base, size, FRAME);
    }

    private boolean overlaps(long base, long size) {
        return regions.stream().anyMatch(region -> base + size > region.base && base < region.base + sizeOf(region));
    }

    /** vgic_register_redist_iodev: the vCPU takes the next place, if there is one. */
    void place(GuestVcpu vcpu, long distributor) {
        if (vcpu.redistributor() != null) {
            return;
        }
        for (Region region : regions) {
            if (region.count == 0 || region.used < region.count) {
                requireConsistent(distributor);
                region.used++;
                vcpu.setRedistributor(region);
                return;
            }
        }
    }

    /** vgic_v3_check_base: EINVAL if regions reach beyond the guest's addresses, or into the distributor. */
    void requireConsistent(long distributor) {
        for (Region region : regions) {
            try {
                vm.requireRange(region.base, sizeOf(region), FRAME);
            } catch (KernelError outOfRange) {
                throw new KernelError(Errno.EINVAL);
            }
        }
        KernelError.requireValid(distributor == Vgic.UNDEFINED || !overlaps(distributor, VgicV3.DISTRIBUTOR_SIZE));
    }
}
