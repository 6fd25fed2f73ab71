// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;

/** What the kernel's no means at each step; the rows name the place in Linux 6.12 or 7.2 that they are of. */
class ExplanationsTest {
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        // drivers/vfio/group.c: vfio_group_fops_open
        "OPEN_GROUP, ENODEV, no device of the group is bound",
        "OPEN_GROUP, EPERM, CAP_SYS_RAWIO",
        "OPEN_GROUP, EBUSY, open already",
        // mode of the device node
        "OPEN_GROUP, EACCES, only for root",
        "OPEN_GROUP, ENOENT, no such group",
        // drivers/vfio/group.c: vfio_group_ioctl_set_container, container.c: vfio_container_attach_group
        "SET_CONTAINER, EBADF, not open",
        "SET_CONTAINER, EBADFD, neither of a VFIO container nor of an iommufd",
        "SET_CONTAINER, EINVAL, attached to a container already",
        "SET_CONTAINER, ENODEV, no device of the group is bound",
        "SET_CONTAINER, EPERM, not viable",
        "SET_CONTAINER, EPERM, mixed",
        "SET_CONTAINER, EPERM, CAP_SYS_RAWIO",
        "SET_CONTAINER, EBUSY, default IOMMU domain",
        // drivers/vfio/container.c: vfio_ioctl_set_iommu; vfio_iommu_type1.c
        "SET_IOMMU, EINVAL, no group is attached",
        "SET_IOMMU, EINVAL, chosen already",
        "SET_IOMMU, ENODEV, no backend",
        "SET_IOMMU, EPERM, CAP_SYS_RAWIO",
        "SET_IOMMU, EPERM, MSI isolation",
        // drivers/vfio/group.c: vfio_group_ioctl_get_device_fd
        "GET_DEVICE_FD, EINVAL, no container",
        "GET_DEVICE_FD, ENODEV, no device of this name",
        // drivers/vfio/group.c: vfio_group_ioctl_unset_container
        "UNSET_CONTAINER, EINVAL, no container",
        "UNSET_CONTAINER, EBUSY, device of the group is open",
        // drivers/vfio/vfio_main.c: __vfio_register_dev; vfio_platform_common.c: vfio_platform_init_common
        "BIND_DRIVER, EINVAL, not DMA-coherent",
        "BIND_DRIVER, ENOENT, reset",
        "BIND_DRIVER, EINVAL, noiommu mode is off",
        // drivers/base/bus.c: bind_store, unbind_store
        "BIND_DRIVER, ENODEV, does not take the device",
        "BIND_DRIVER, EBUSY, has a driver",
        "UNBIND_DRIVER, ENODEV, not bound to this driver",
        // drivers/iommu/iommu.c: iommu_device_use_default_domain; drivers/base/dd.c: device_driver_attach
        "RESTORE_DRIVER, EBUSY, in use by VFIO",
        "RESTORE_DRIVER, EAGAIN, waits for a device",
        // drivers/vfio/platform/vfio_platform_common.c
        "RESET, EINVAL, no reset function",
        "GET_REGION_INFO, EINVAL, no region",
        "GET_IRQ_INFO, EINVAL, no IRQ",
        "READ_REGION, EINVAL, cannot be read",
        "READ_REGION, EFAULT, did not answer",
        "WRITE_REGION, EINVAL, cannot be written",
        "MAP_REGION, EINVAL, cannot be mapped",
        // drivers/vfio/vfio_main.c: vfio_set_irqs_validate_and_prepare; vfio_platform_irq.c
        "SET_IRQS, EINVAL, cannot be masked",
        "SET_IRQS, ENOTTY, not exactly one of the actions",
        "SET_IRQS, EBADF, eventfd is not open",
        "SET_IRQS, EBUSY, eventfd for this action already",
        // drivers/vfio/platform/vfio_platform_irq.c: vfio_platform_irq_init; kernel/irq/manage.c: __setup_irq
        "REQUEST_IRQ, EBUSY, another driver has the interrupt line",
        // kernel/irq/chip.c: irq_set_chained_handler, kernel/irq/manage.c: irq_settings_can_request
        "REQUEST_IRQ, EINVAL, cannot be requested",
        // fs/eventfd.c: eventfd_write; fs/select.c: do_sys_poll
        "WRITE_EVENTFD, EAGAIN, no room",
        "POLL, EINVAL, more descriptors",
        // drivers/vfio/vfio_iommu_type1.c: vfio_dma_do_map, vfio_dma_do_unmap
        "MAP_DMA, EINVAL, no backend is chosen",
        "MAP_DMA, EINVAL, not aligned",
        "MAP_DMA, EOVERFLOW, beyond 64 bits",
        "MAP_DMA, EEXIST, mapped already",
        "MAP_DMA, ENOSPC, as many mappings as it may",
        "MAP_DMA, ENOMEM, limit",
        "MAP_DMA, EFAULT, not mapped in this process",
        "MAP_DMA, ENOTTY, NOIOMMU",
        // mm/mmap.c: ksys_mmap_pgoff; fs/hugetlbfs/inode.c: hugetlb_file_setup
        "ALLOCATE_MEMORY, ENOMEM, no memory left",
        "ALLOCATE_HUGE_PAGES, ENOMEM, fewer huge pages",
        "ALLOCATE_HUGE_PAGES, EINVAL, no huge pages",
        "ALLOCATE_HUGE_PAGES, ENOENT, no huge pages",
        "UNMAP_DMA, EINVAL, cuts a mapping",
        "UNMAP_DMA, ENOENT, iommufd",
        "UNMAP_DMA, EOVERFLOW, beyond 64 bits",
        "UNMAP_DMA, ENOTTY, NOIOMMU",
        "IOMMU_GET_INFO, ENOTTY, NOIOMMU",
        "IOMMU_GET_INFO, EINVAL, no backend is chosen",
        "DIRTY_PAGES, EACCES, first version",
        "DIRTY_PAGES, ENOTTY, no mappings",
        // drivers/vfio/device_cdev.c: vfio_df_ioctl_bind_iommufd
        "GET_INFO, EINVAL, not bound to an iommufd",
        "BIND_IOMMUFD, EINVAL, bound already",
        "BIND_IOMMUFD, EBADF, not open",
        "BIND_IOMMUFD, EBADFD, not of an iommufd",
        "BIND_IOMMUFD, EBUSY, group is open",
        "BIND_IOMMUFD, EPERM, MSI isolation",
        "BIND_IOMMUFD, E2BIG, does not know all members",
        "ATTACH_IOMMUFD_PT, EPERM, MSI isolation",
        // drivers/iommu/iommufd/main.c: iommufd_fops_ioctl; ioas.c
        "IOAS_ALLOC, ENOTTY, does not know the call",
        "IOAS_MAP, E2BIG, does not know all members",
        "IOAS_MAP, EOPNOTSUPP, flag",
        "IOAS_MAP, ENOENT, no such object",
        "IOAS_MAP, EOVERFLOW, beyond 64 bits",
        "IOAS_MAP, EEXIST, mapped already",
        "IOAS_MAP, EINVAL, not aligned",
        "IOAS_MAP, ENOSPC, no free IOVA range",
        "IOAS_MAP, EFAULT, not ordinary memory",
        "IOAS_COPY, EPERM, read only",
        "IOAS_COPY, ENOENT, not all mapped",
        "IOMMU_DESTROY, EBUSY, attached",
        "IOMMU_DESTROY, ENOENT, no such object",
        "IOMMU_OPTION, EBUSY, objects already",
        "IOMMU_OPTION, EPERM, CAP_SYS_RESOURCE",
        "ATTACH_IOMMUFD_PT, EADDRINUSE, where the device",
        "ATTACH_IOMMUFD_PT, ENOTTY, through its group",
        "IOAS_UNMAP, ENOENT, cuts a mapping",
        "IOAS_IOVA_RANGES, EMSGSIZE, too short",
        "IOAS_ALLOW_IOVAS, EADDRINUSE, reserved range",
        // virt/kvm/eventfd.c
        "KVM_IRQFD, EAGAIN, not initialized yet",
        // virt/kvm/kvm_main.c: __kvm_set_memory_region
        "KVM_SET_MEMORY, EINVAL, not a multiple of the page size",
        "KVM_SET_MEMORY, EEXIST, overlap",
        "KVM_DELETE_MEMORY, EINVAL, empty",
        // virt/kvm/kvm_main.c: kvm_vm_ioctl_create_vcpu; arch/arm64/kvm/arm.c: kvm_arch_vcpu_precreate
        "KVM_CREATE_VCPU, EINVAL, id is too large",
        "KVM_CREATE_VCPU, EEXIST, of this id already",
        "KVM_CREATE_VCPU, EBUSY, initialized already",
        // arch/x86/kvm/x86.c: kvm_arch_vm_ioctl, KVM_CREATE_IRQCHIP
        "KVM_CREATE_IRQCHIP, EEXIST, interrupt controller already",
        "KVM_CREATE_IRQCHIP, EINVAL, vCPUs already",
        // kvm_vm_ioctl_irq_line of both
        "KVM_IRQ_LINE, ENXIO, no interrupt controller",
        "KVM_IRQ_LINE, EINVAL, no such line",
        // virt/kvm/eventfd.c: kvm_assign_ioeventfd, kvm_deassign_ioeventfd_idx
        "KVM_IOEVENTFD, EINVAL, width",
        "KVM_IOEVENTFD, EEXIST, for such writes already",
        "KVM_IOEVENTFD_DEASSIGN, ENOENT, not assigned",
        // arch/arm64/kvm/arm.c: kvm_arch_vcpu_run_pid_change, mmio.c: io_mem_abort, vgic-v3.c: vgic_v3_map_resources
        "KVM_RUN, ENOEXEC, not initialized",
        "KVM_RUN, EPERM, not configured to the end",
        "KVM_RUN, ENOSYS, does not decode",
        "KVM_RUN, EBUSY, not initialized",
        "KVM_RUN, ENXIO, too few redistributors",
        "KVM_RUN, EINVAL, overlap",
        // arch/arm64/kvm/arm.c: kvm_vcpu_set_target, kvm_vcpu_init_check_features
        "KVM_ARM_VCPU_INIT, EINVAL, other features",
        "KVM_ARM_VCPU_INIT, ENOENT, does not know a feature",
        // arch/arm64/kvm/guest.c: kvm_arm_get_reg
        "KVM_GET_ONE_REG, ENOENT, no such register",
    })
    void anErrorMeansWhatItMeansAtItsStep(Step step, Errno errno, String meaning) {
        VfioException exception = VfioException.of(step, "subject", errno.number());

        assertThat(exception.meaning()).contains(meaning);
        assertThat(exception.step()).isEqualTo(step);
        assertThat(exception.errno()).isEqualTo(errno);
    }

    @Test
    void everyRowIsOneLineWithoutAFullStopOfItsOwn() {
        assertThat(Explanations.all().values().stream().flatMap(rows -> rows.values().stream()))
                .hasSizeGreaterThan(100)
                .allSatisfy(row -> {
                    assertThat(row.meaning()).isNotBlank().doesNotContain("\n").doesNotEndWith(".");
                    assertThat(row.remedy()).isNotBlank().doesNotContain("\n").doesNotEndWith(".");
                });
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void everyStepExplainsEveryError(Step step) {
        assertThat(Arrays.stream(Errno.values()).filter(errno -> errno != Errno.UNKNOWN))
                .allSatisfy(errno -> assertThat(VfioException.of(step, "subject", errno.number())
                                .getMessage())
                        .startsWith(step.call() + " subject: " + errno + " (")
                        .contains("). Remedy: ")
                        .endsWith("."));
    }

    @Test
    void anErrorWithoutARowIsInTheKernelsWords() {
        VfioException exception = VfioException.of(Step.GET_STATUS, "/dev/vfio/7", Errno.EIO.number());

        assertThat(exception)
                .hasMessage("VFIO_GROUP_GET_STATUS /dev/vfio/7: EIO (I/O error)."
                        + " Remedy: look for the reason in the kernel's log: dmesg | tail.");
    }

    @Test
    void aFailedFileOperationIsExplainedByTheErrorThatItHad() {
        IOException failure = new IOException("Device or resource busy");

        VfioException exception = VfioException.of(Step.BIND_DRIVER, "subject", failure);

        assertThat(exception)
                .hasMessage(VfioException.of(Step.BIND_DRIVER, "subject", 16).getMessage());
        assertThat(exception).hasCause(failure);
        assertThat(exception.errno()).isEqualTo(Errno.EBUSY);
    }

    @Test
    void aFailedFileOperationWithoutANumberIsInItsOwnWords() {
        VfioException exception =
                VfioException.of(Step.BIND_DRIVER, "subject", new IOException("Das Gerät ist belegt"));

        assertThat(exception)
                .hasMessage("bind to driver subject: Das Gerät ist belegt."
                        + " Remedy: look for the reason in the kernel's log: dmesg | tail.");
        assertThat(exception.errno()).isEqualTo(Errno.UNKNOWN);
        assertThat(exception.errorNumber()).isZero();
    }

    @Test
    void anErrorWithoutANameKeepsItsNumber() {
        VfioException exception = VfioException.of(Step.GET_STATUS, "/dev/vfio/7", 524);

        assertThat(exception.errno()).isEqualTo(Errno.UNKNOWN);
        assertThat(exception.errorNumber()).isEqualTo(524);
        assertThat(exception).hasMessageContaining("errno 524");
    }

    @Test
    void theMessageIsWhereWhatAndWhatToDo() {
        assertThat(VfioException.of(Step.OPEN_GROUP, "/dev/vfio/noiommu-0", Errno.EPERM.number()))
                .hasMessage("open group /dev/vfio/noiommu-0: EPERM (a noiommu group is only for processes with"
                        + " CAP_SYS_RAWIO). Remedy: run as root.");
    }

    @Test
    void aResultThatIsNoErrorPassesTheCheck() throws Exception {
        assertThat(VfioException.check(Step.GET_DEVICE_FD, "x", 12)).isEqualTo(12);
        assertThatThrownBy(() -> VfioException.check(Step.GET_DEVICE_FD, "x", -Errno.ENODEV.number()))
                .isInstanceOf(VfioException.class);
        assertThat(Stream.of(0, -1))
                .allSatisfy(number -> assertThatThrownBy(() -> VfioException.of(Step.GET_DEVICE_FD, "x", number))
                        .isInstanceOf(IllegalArgumentException.class));
    }
}
