// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

/** What was asked of the kernel when it said no. The name in messages is the call's own, so it can be looked up. */
public enum Step {
    /** open(2) of {@code /dev/vfio/vfio}. */
    OPEN_CONTAINER("open container"),
    /** {@code VFIO_GET_API_VERSION} on a container. */
    GET_API_VERSION("VFIO_GET_API_VERSION"),
    /** {@code VFIO_CHECK_EXTENSION} on a container. */
    CHECK_EXTENSION("VFIO_CHECK_EXTENSION"),
    /** {@code VFIO_SET_IOMMU} on a container. */
    SET_IOMMU("VFIO_SET_IOMMU"),
    /** open(2) of {@code /dev/vfio/N} or {@code /dev/vfio/noiommu-N}. */
    OPEN_GROUP("open group"),
    /** {@code VFIO_GROUP_GET_STATUS}. */
    GET_STATUS("VFIO_GROUP_GET_STATUS"),
    /** {@code VFIO_GROUP_SET_CONTAINER}. */
    SET_CONTAINER("VFIO_GROUP_SET_CONTAINER"),
    /** {@code VFIO_GROUP_UNSET_CONTAINER}. */
    UNSET_CONTAINER("VFIO_GROUP_UNSET_CONTAINER"),
    /** {@code VFIO_GROUP_GET_DEVICE_FD}. */
    GET_DEVICE_FD("VFIO_GROUP_GET_DEVICE_FD"),
    /** {@code VFIO_DEVICE_GET_INFO}. */
    GET_INFO("VFIO_DEVICE_GET_INFO"),
    /** {@code VFIO_DEVICE_GET_REGION_INFO}. */
    GET_REGION_INFO("VFIO_DEVICE_GET_REGION_INFO"),
    /** {@code VFIO_DEVICE_GET_IRQ_INFO}. */
    GET_IRQ_INFO("VFIO_DEVICE_GET_IRQ_INFO"),
    /** {@code VFIO_DEVICE_GET_DEVTREE_INFO} of the proposal. */
    GET_DEVTREE_INFO("VFIO_DEVICE_GET_DEVTREE_INFO"),
    /** {@code VFIO_DEVICE_RESET}. */
    RESET("VFIO_DEVICE_RESET"),
    /** pread(2) of a region. */
    READ_REGION("pread of region"),
    /** pwrite(2) of a region. */
    WRITE_REGION("pwrite of region"),
    /** mmap(2) of a region. */
    MAP_REGION("mmap of region"),
    /** mmap(2) of memory for DMA. */
    ALLOCATE_MEMORY("mmap of memory"),
    /** mmap(2) of memory for DMA, with {@code MAP_HUGETLB}. */
    ALLOCATE_HUGE_PAGES("mmap of huge pages"),
    /** mmap(2) of memory for DMA without an IOMMU, with {@code MAP_LOCKED}. */
    ALLOCATE_LOCKED_MEMORY("mmap of locked memory"),
    /** open(2) of {@code /proc/self/pagemap}, which has the physical addresses of this process' memory. */
    OPEN_PAGEMAP("open /proc/self/pagemap"),
    /** pread(2) of {@code /proc/self/pagemap}. */
    READ_PAGEMAP("pread of /proc/self/pagemap"),
    /** {@code VFIO_DEVICE_SET_IRQS}. */
    SET_IRQS("VFIO_DEVICE_SET_IRQS"),
    /**
     * The request of an interrupt line, which Linux makes when the device is opened. It tells of a failure with each
     * {@code VFIO_DEVICE_SET_IRQS}, so that a program can poll instead.
     */
    REQUEST_IRQ("request of IRQ"),
    /** eventfd2(2). */
    EVENTFD("eventfd"),
    /** read(2) of an eventfd. */
    READ_EVENTFD("read of eventfd"),
    /** write(2) to an eventfd. */
    WRITE_EVENTFD("write to eventfd"),
    /** poll(2). */
    POLL("poll"),
    /** {@code VFIO_IOMMU_GET_INFO} on a container. */
    IOMMU_GET_INFO("VFIO_IOMMU_GET_INFO"),
    /** {@code VFIO_IOMMU_MAP_DMA}. */
    MAP_DMA("VFIO_IOMMU_MAP_DMA"),
    /** {@code VFIO_IOMMU_UNMAP_DMA}. */
    UNMAP_DMA("VFIO_IOMMU_UNMAP_DMA"),
    /** {@code VFIO_IOMMU_DIRTY_PAGES}. */
    DIRTY_PAGES("VFIO_IOMMU_DIRTY_PAGES"),
    /** open(2) of {@code /dev/iommu}. */
    OPEN_IOMMUFD("open iommufd"),
    /** open(2) of {@code /dev/vfio/devices/vfioX}. */
    OPEN_DEVICE("open device"),
    /** {@code VFIO_DEVICE_BIND_IOMMUFD}. */
    BIND_IOMMUFD("VFIO_DEVICE_BIND_IOMMUFD"),
    /** {@code VFIO_DEVICE_ATTACH_IOMMUFD_PT}. */
    ATTACH_IOMMUFD_PT("VFIO_DEVICE_ATTACH_IOMMUFD_PT"),
    /** {@code VFIO_DEVICE_DETACH_IOMMUFD_PT}. */
    DETACH_IOMMUFD_PT("VFIO_DEVICE_DETACH_IOMMUFD_PT"),
    /** {@code IOMMU_IOAS_ALLOC}. */
    IOAS_ALLOC("IOMMU_IOAS_ALLOC"),
    /** {@code IOMMU_IOAS_IOVA_RANGES}. */
    IOAS_IOVA_RANGES("IOMMU_IOAS_IOVA_RANGES"),
    /** {@code IOMMU_IOAS_ALLOW_IOVAS}. */
    IOAS_ALLOW_IOVAS("IOMMU_IOAS_ALLOW_IOVAS"),
    /** {@code IOMMU_IOAS_MAP} or {@code IOMMU_IOAS_MAP_FILE}. */
    IOAS_MAP("IOMMU_IOAS_MAP"),
    /** {@code IOMMU_IOAS_COPY}. */
    IOAS_COPY("IOMMU_IOAS_COPY"),
    /** {@code IOMMU_IOAS_UNMAP}. */
    IOAS_UNMAP("IOMMU_IOAS_UNMAP"),
    /** {@code IOMMU_OPTION}. */
    IOMMU_OPTION("IOMMU_OPTION"),
    /** {@code IOMMU_DESTROY}. */
    IOMMU_DESTROY("IOMMU_DESTROY"),
    /** Any other call on {@code /dev/iommu}. */
    IOMMUFD("ioctl of iommufd"),
    /** Reading {@code /sys} or {@code /proc} for what a device's binding is. */
    READ_BINDING("read of the binding of"),
    /** Reading, writing or deleting the record of a device's former driver, under {@code /run}. */
    KEEP_RECORD("record of the former driver of"),
    /** A write to {@code driver_override} of a device. */
    SET_DRIVER_OVERRIDE("write of driver_override of"),
    /** A write to {@code unbind} of a driver. */
    UNBIND_DRIVER("unbind from driver"),
    /** A write to {@code bind} of a VFIO driver. */
    BIND_DRIVER("bind to driver"),
    /** A write to {@code bind} of the driver that a device had before. */
    RESTORE_DRIVER("bind to former driver"),
    /** open(2) of {@code /dev/kvm}. */
    OPEN_KVM("open kvm"),
    /** {@code KVM_GET_API_VERSION}. */
    KVM_GET_API_VERSION("KVM_GET_API_VERSION"),
    /** {@code KVM_CHECK_EXTENSION}, of KVM or of a VM. */
    KVM_CHECK_EXTENSION("KVM_CHECK_EXTENSION"),
    /** {@code KVM_CREATE_VM}. */
    KVM_CREATE_VM("KVM_CREATE_VM"),
    /** {@code KVM_SET_USER_MEMORY_REGION}: memory of a guest. */
    KVM_SET_MEMORY("KVM_SET_USER_MEMORY_REGION"),
    /** {@code KVM_SET_USER_MEMORY_REGION} of size 0: takes memory away from a guest. */
    KVM_DELETE_MEMORY("KVM_SET_USER_MEMORY_REGION"),
    /** {@code KVM_CREATE_IRQCHIP}. */
    KVM_CREATE_IRQCHIP("KVM_CREATE_IRQCHIP"),
    /** {@code KVM_IRQ_LINE}. */
    KVM_IRQ_LINE("KVM_IRQ_LINE"),
    /** {@code KVM_SET_GSI_ROUTING}. */
    KVM_SET_GSI_ROUTING("KVM_SET_GSI_ROUTING"),
    /** {@code KVM_SIGNAL_MSI}. */
    KVM_SIGNAL_MSI("KVM_SIGNAL_MSI"),
    /** {@code KVM_ENABLE_CAP}, of a VM or of a vCPU. */
    KVM_ENABLE_CAP("KVM_ENABLE_CAP"),
    /** {@code KVM_IRQFD}. */
    KVM_IRQFD("KVM_IRQFD"),
    /** {@code KVM_IRQFD} with {@code KVM_IRQFD_FLAG_DEASSIGN}. */
    KVM_IRQFD_DEASSIGN("KVM_IRQFD"),
    /** {@code KVM_IOEVENTFD}. */
    KVM_IOEVENTFD("KVM_IOEVENTFD"),
    /** {@code KVM_IOEVENTFD} with {@code KVM_IOEVENTFD_FLAG_DEASSIGN}. */
    KVM_IOEVENTFD_DEASSIGN("KVM_IOEVENTFD"),
    /** {@code KVM_CREATE_VCPU}. */
    KVM_CREATE_VCPU("KVM_CREATE_VCPU"),
    /** {@code KVM_GET_VCPU_MMAP_SIZE}. */
    KVM_GET_VCPU_MMAP_SIZE("KVM_GET_VCPU_MMAP_SIZE"),
    /** mmap(2) of the memory that a vCPU shares with the kernel. */
    KVM_MAP_VCPU("mmap of vCPU"),
    /** {@code KVM_SET_SIGNAL_MASK}. */
    KVM_SET_SIGNAL_MASK("KVM_SET_SIGNAL_MASK"),
    /** gettid(2) and rt_sigprocmask(2) of a thread that runs a vCPU. */
    BLOCK_SIGNAL("block of signal"),
    /** tgkill(2) of a thread that runs a vCPU. */
    SEND_SIGNAL("tgkill"),
    /** {@code KVM_RUN}. */
    KVM_RUN("KVM_RUN"),
    /** {@code KVM_GET_ONE_REG}. */
    KVM_GET_ONE_REG("KVM_GET_ONE_REG"),
    /** {@code KVM_SET_ONE_REG}. */
    KVM_SET_ONE_REG("KVM_SET_ONE_REG"),
    /** {@code KVM_GET_REGS} of an x86 vCPU. */
    KVM_GET_REGS("KVM_GET_REGS"),
    /** {@code KVM_SET_REGS} of an x86 vCPU. */
    KVM_SET_REGS("KVM_SET_REGS"),
    /** {@code KVM_GET_SREGS} of an x86 vCPU. */
    KVM_GET_SREGS("KVM_GET_SREGS"),
    /** {@code KVM_SET_SREGS} of an x86 vCPU. */
    KVM_SET_SREGS("KVM_SET_SREGS"),
    /** {@code KVM_ARM_PREFERRED_TARGET}. */
    KVM_ARM_PREFERRED_TARGET("KVM_ARM_PREFERRED_TARGET"),
    /** {@code KVM_ARM_VCPU_INIT}. */
    KVM_ARM_VCPU_INIT("KVM_ARM_VCPU_INIT"),
    /** {@code KVM_CREATE_DEVICE}, also when it only asks for a type. */
    KVM_CREATE_DEVICE("KVM_CREATE_DEVICE"),
    /** {@code KVM_SET_DEVICE_ATTR}. */
    KVM_SET_DEVICE_ATTR("KVM_SET_DEVICE_ATTR"),
    /** {@code KVM_GET_DEVICE_ATTR}. */
    KVM_GET_DEVICE_ATTR("KVM_GET_DEVICE_ATTR"),
    /** {@code KVM_HAS_DEVICE_ATTR}. */
    KVM_HAS_DEVICE_ATTR("KVM_HAS_DEVICE_ATTR");

    private final String call;

    Step(String call) {
        this.call = call;
    }

    /** {@return the name of the call, as the kernel's headers and manuals have it} */
    public String call() {
        return call;
    }
}
