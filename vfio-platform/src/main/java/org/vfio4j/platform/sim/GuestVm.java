// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.linux.Errno;

/**
 * A VM of the simulated KVM: struct kvm of arm64. It lives as long as one of the files of it, its vCPUs and its devices,
 * which all refer to it.
 */
final class GuestVm {
    /** KVM_USER_MEM_SLOTS. */
    static final int MEMORY_SLOTS = 32767;

    private final KvmHost host;
    private final int ipaBits;
    private final List<GuestVcpu> vcpus = new ArrayList<>();
    private final Map<Integer, MemorySlot> slots = new HashMap<>();
    private final SmcccFilter smcccFilter = new SmcccFilter();
    private final int[] timerIrqs = {27, 30, 28, 26};

    private int maxVcpus;
    private Vgic vgic;
    private boolean hasVfio;
    private boolean hasIts;
    private boolean ran;
    private boolean dead;

    GuestVm(KvmHost host, long type) {
        int bits = (int) (type & 0xff);
        KernelError.requireValid((type & ~0xffL) == 0);
        KernelError.requireValid(bits == 0 || (bits >= KvmHost.IPA_MINIMUM && bits <= KvmHost.IPA_LIMIT));
        this.host = host;
        this.ipaBits = bits == 0 ? KvmHost.IPA_DEFAULT : bits;
        this.maxVcpus = host.maxVcpus();
    }

    /** Memory of the guest's, from page to page. */
    private record MemorySlot(long guestAddress, long size) {
        boolean holds(long address) {
            return address >= guestAddress && address - guestAddress < size;
        }

        boolean overlaps(MemorySlot other) {
            return guestAddress < other.guestAddress + other.size && other.guestAddress < guestAddress + size;
        }
    }

    KvmHost host() {
        return host;
    }

    List<GuestVcpu> vcpus() {
        return vcpus;
    }

    int maxVcpus() {
        return maxVcpus;
    }

    SmcccFilter smcccFilter() {
        return smcccFilter;
    }

    /** The interrupts of the virtual and physical timers of EL1, then of EL2: one for all vCPUs. */
    int[] timerIrqs() {
        return timerIrqs;
    }

    /** The interrupt controller; null if there is none. */
    Vgic vgic() {
        return vgic;
    }

    boolean hasIts() {
        return hasIts;
    }

    void itsCreated() {
        hasIts = true;
    }

    /** Whether a vCPU has run: KVM_ARCH_FLAG_HAS_RAN_ONCE. */
    boolean hasRun() {
        return ran;
    }

    void requireAlive() {
        KernelError.require(!dead, Errno.EIO);
    }

    /** kvm_vm_ioctl_create_vcpu, and kvm_arch_vcpu_precreate. */
    GuestVcpu createVcpu(long id) {
        KernelError.requireValid(id >= 0 && id < host.maxVcpus() && vcpus.size() < maxVcpus);
        KernelError.require(vgic == null || !vgic.isInitialized(), Errno.EBUSY);
        KernelError.requireValid(id < maxVcpus);
        KernelError.require(vcpus.stream().noneMatch(vcpu -> vcpu.id() == id), Errno.EEXIST);
        GuestVcpu vcpu = new GuestVcpu(this, (int) id);
        if (vgic != null) {
            vgic.placeRedistributor(vcpu);
        }
        vcpus.add(vcpu);
        return vcpu;
    }

    /** kvm_vgic_create; {@code type} is KVM_DEV_TYPE_. */
    void createVgic(int type) {
        KernelError.require(vgic == null, Errno.EEXIST);
        KernelError.require(!ran, Errno.EBUSY);
        maxVcpus = host.maxVcpus(type);
        KernelError.require(vcpus.size() <= maxVcpus, Errno.E2BIG);
        vgic = new Vgic(this, type == KvmFlags.KVM_DEV_TYPE_ARM_VGIC_V3);
    }

    /** kvm_vfio_create. */
    void createVfio() {
        KernelError.require(!hasVfio, Errno.EBUSY);
        hasVfio = true;
    }

    void vfioReleased() {
        hasVfio = false;
    }

    /** vgic_check_iorange, of an address that is not set. */
    void requireRange(long address, long size, long alignment) {
        KernelError.requireValid(address % alignment == 0 && size % alignment == 0);
        KernelError.requireValid(Long.compareUnsigned(address + size, address) >= 0);
        KernelError.require(
                Long.compareUnsigned(address, 1L << ipaBits) < 0
                        && Long.compareUnsigned(address + size, 1L << ipaBits) <= 0,
                Errno.E2BIG);
    }

    /** __kvm_set_memory_region, as far as the memory is not looked at; {@code size} 0 removes a slot. */
    void setMemory(int slot, long guestAddress, long size, int pageSize) {
        KernelError.requireValid(size % pageSize == 0 && guestAddress % pageSize == 0);
        KernelError.requireValid(slot >= 0 && slot < MEMORY_SLOTS);
        KernelError.requireValid(Long.compareUnsigned(guestAddress + size, guestAddress) >= 0);
        if (size == 0) {
            KernelError.requireValid(slots.remove(slot) != null);
            return;
        }
        KernelError.require(Long.compareUnsigned(guestAddress + size, 1L << ipaBits) <= 0, Errno.EFAULT);
        MemorySlot wanted = new MemorySlot(guestAddress, size);
        MemorySlot before = slots.get(slot);
        KernelError.requireValid(before == null || before.size == size);
        KernelError.require(
                slots.entrySet().stream()
                        .noneMatch(other ->
                                other.getKey() != slot && other.getValue().overlaps(wanted)),
                Errno.EEXIST);
        slots.put(slot, wanted);
    }

    /** Whether an address is in the guest's memory. */
    boolean isMemory(long address) {
        return slots.values().stream().anyMatch(slot -> slot.holds(address));
    }

    /** kvm_arch_vcpu_run_pid_change, of a vCPU that has not run: what is refused ends the VM. */
    void firstRun() {
        if (vgic != null) {
            try {
                vgic.mapResources();
            } catch (KernelError refused) {
                dead = true;
                throw refused;
            }
            // kvm_timer_enable: without nested virtualization, a vCPU has the timers of EL1 only.
            KernelError.requireValid(timerIrqs[0] != timerIrqs[1]);
        }
        ran = true;
    }
}
