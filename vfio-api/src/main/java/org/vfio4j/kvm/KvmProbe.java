// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.kvm.abi.ArmVgicFlags;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.KernelReplyException;
import org.vfio4j.vfio.VfioException;

/**
 * Fills a {@link ProbeMatrix}. Types are tested without a device; but attributes can be asked only of one that is there,
 * and some types leave their mark on a VM. So each type gets a VM of its own for it, which is gone afterwards.
 */
final class KvmProbe {
    /** More than there are types, groups and attributes of a group, so that what is new is seen. */
    private static final int TYPES = 16;

    private static final int GROUPS = 16;
    private static final int NUMBERS = 16;

    /** Groups whose numbers are words of fields, such as registers, or do not matter. */
    private static final Map<AttributeOwner, Set<Integer>> OPEN_GROUPS = Map.of(
            KvmDeviceType.VGIC_V2,
                    Set.of(
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_REGS,
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_NR_IRQS),
            KvmDeviceType.VGIC_V3,
                    Set.of(
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_DIST_REGS,
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO,
                            ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_NR_IRQS),
            KvmDeviceType.VGIC_ITS, Set.of(ArmVgicFlags.KVM_DEV_ARM_VGIC_GRP_ITS_REGS));

    private final Kvm kvm;
    private final int vmType;
    private final boolean arm;

    KvmProbe(Kvm kvm, int vmType) throws VfioException {
        this.kvm = kvm;
        this.vmType = vmType;
        this.arm = kvm.check(KvmCapability.ARM_VM_IPA_SIZE) > 0;
    }

    ProbeMatrix run() throws VfioException, KernelReplyException {
        List<ProbeMatrix.Owner> owners = new ArrayList<>();
        owners.add(object(kvm.attributes()));
        try (Vm vm = kvm.createVm(vmType);
                Vcpu vcpu = vm.createVcpu(0)) {
            owners.add(object(vm.attributes()));
            owners.add(object(vcpu.attributes()));
            for (int number = 1; number < TYPES; number++) {
                ofType(vm.descriptor(), number).ifPresent(owners::add);
            }
        }
        return new ProbeMatrix(owners);
    }

    private ProbeMatrix.Owner object(KvmAttributes attributes) {
        AttributeOwner owner = attributes.owner();
        return new ProbeMatrix.Owner(Optional.of(owner), owner.label(), Optional.empty(), ask(attributes));
    }

    private Optional<ProbeMatrix.Owner> ofType(FileDescriptor vm, int number)
            throws VfioException, KernelReplyException {
        Optional<KvmDeviceType> type = KvmDeviceType.of(number);
        int result = KvmDevice.test(vm, number);
        if (type.isEmpty() && result < 0) {
            return Optional.empty();
        }
        String name = type.map(KvmDeviceType::label).orElse("type") + " (" + number + ")";
        List<ProbeMatrix.Attribute> attributes = List.of();
        if (result == 0 && type.isPresent()) {
            try (Vm own = kvm.createVm(vmType);
                    KvmDevice device = createDevice(own, type.get())) {
                attributes = ask(device.attributes());
            }
        }
        return Optional.of(
                new ProbeMatrix.Owner(type.map(AttributeOwner.class::cast), name, refusal(result), attributes));
    }

    /** A device of a VM with a vCPU, without which some attributes are not there; the VM closes it. */
    private static KvmDevice createDevice(Vm vm, KvmDeviceType type) throws VfioException, KernelReplyException {
        vm.createVcpu(0);
        return vm.createDevice(type);
    }

    /** What is known, and of what is not known only what is there. */
    private List<ProbeMatrix.Attribute> ask(KvmAttributes attributes) {
        List<ProbeMatrix.Attribute> all = new ArrayList<>();
        List<KvmAttribute> known = attributes.owner().attributes().stream()
                .filter(attribute -> arm != ObjectAttributes.X86.contains(attribute))
                .toList();
        for (KvmAttribute attribute : known) {
            int result = attributes.tryHas(attribute.group(), attribute.number());
            all.add(new ProbeMatrix.Attribute(
                    Optional.of(attribute), attribute.group(), attribute.number(), refusal(result)));
        }
        Set<Integer> open = OPEN_GROUPS.getOrDefault(attributes.owner(), Set.of());
        for (int group = 0; group < GROUPS; group++) {
            for (int number = 0; number < NUMBERS && !open.contains(group); number++) {
                if (!isKnown(known, group, number) && attributes.tryHas(group, number) == 0) {
                    all.add(new ProbeMatrix.Attribute(Optional.empty(), group, number, Optional.empty()));
                }
            }
        }
        return all;
    }

    private static boolean isKnown(List<KvmAttribute> known, int group, int number) {
        return known.stream().anyMatch(attribute -> attribute.group() == group && attribute.number() == number);
    }

    private static Optional<Errno> refusal(int result) {
        return result < 0 ? Optional.of(Errno.of(-result)) : Optional.empty();
    }
}
