// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.vfio4j.devtree.DeviceTree;

/** Says what kernel a {@link SimulatedBoard} has and in which state it is. Not safe for use by several threads. */
public final class SimulatedBoardBuilder {
    private final DeviceTree tree;
    private KernelRelease release = KernelRelease.LINUX_6_12;
    private boolean vfioDevtree;
    private boolean iommufd = true;
    private boolean kvm = true;
    private int pageSize = 4096;
    private Credentials credentials = Credentials.root();
    private boolean cacheCoherent = true;
    private long lockedMemoryLimit = Long.MAX_VALUE;
    private int hugePages;
    private boolean noiommuMode;
    private boolean unsafeInterrupts;
    private boolean resetRequired = true;
    private final Set<String> resetFunctions = new HashSet<>();
    private final Map<String, String> drivers = new LinkedHashMap<>();
    private final List<String> bound = new ArrayList<>();
    private boolean bindAll;
    private Consumer<RegisterAccess> accessLog = access -> {};
    private final Map<String, Function<DevicePort, DeviceModel>> models = new LinkedHashMap<>();

    SimulatedBoardBuilder(DeviceTree tree) {
        this.tree = tree;
    }

    /**
     * Which Linux the kernel is like.
     *
     * @param value the release; 6.12 without a call
     * @return this
     */
    public SimulatedBoardBuilder release(KernelRelease value) {
        release = value;
        return this;
    }

    /**
     * Whether the module {@code vfio_devtree} of {@code integration-tests/lab/module} is loaded. Its driver {@code
     * vfio-devtree} exposes a device of the platform bus as the proposal of 2013 describes it, and answers
     * VFIO_DEVICE_GET_DEVTREE_INFO, which is ENOTTY under every other driver. {@link #bound} and {@link #bindAll} then
     * give devices of that bus to it, and not to {@code vfio-platform}.
     *
     * @param value false without a call
     * @return this
     */
    public SimulatedBoardBuilder vfioDevtree(boolean value) {
        vfioDevtree = value;
        return this;
    }

    /**
     * Whether the kernel has iommufd, and device files under {@code /dev/vfio/devices} for it (CONFIG_IOMMUFD and
     * CONFIG_VFIO_DEVICE_CDEV). Kernels of distributions often have neither.
     *
     * @param value true without a call
     * @return this
     */
    public SimulatedBoardBuilder iommufd(boolean value) {
        iommufd = value;
        return this;
    }

    /**
     * Whether the kernel has KVM: {@code /dev/kvm} as of arm64, with the devices that its GIC allows. A GICv3 in the tree
     * gives guests GICv3 and ITS, and GICv2 too if it has the regions of one; a GICv2 gives GICv2. It makes VMs, vCPUs and
     * devices, and runs none.
     *
     * @param value true without a call
     * @return this
     */
    public SimulatedBoardBuilder kvm(boolean value) {
        kvm = value;
        return this;
    }

    /**
     * The kernel's page size, on which it depends what can be mapped.
     *
     * @param bytes 4096, 16384 or 65536; 4096 without a call
     * @return this
     */
    public SimulatedBoardBuilder pageSize(int bytes) {
        if (bytes != 4096 && bytes != 16384 && bytes != 65536) {
            throw new IllegalArgumentException("expected a page size of 4096, 16384 or 65536, got " + bytes);
        }
        pageSize = bytes;
        return this;
    }

    /**
     * Who the process is at start. A user who is not root can open no group, write nothing in sysfs and not read the boot
     * blob; noiommu needs {@link Capability#CAP_SYS_RAWIO}.
     *
     * @param value the credentials; {@link Credentials#root()} without a call
     * @return this
     */
    public SimulatedBoardBuilder credentials(Credentials value) {
        credentials = Objects.requireNonNull(value, "credentials");
        return this;
    }

    /**
     * Whether DMA is coherent with the caches where the device tree does not say (CONFIG_ARCH_DMA_DEFAULT_COHERENT, which
     * arm64 has not). A device behind an IOMMU that is not coherent cannot be bound to VFIO.
     *
     * @param value true without a call
     * @return this
     */
    public SimulatedBoardBuilder cacheCoherent(boolean value) {
        cacheCoherent = value;
        return this;
    }

    /**
     * How much memory may be mapped for DMA, RLIMIT_MEMLOCK. It is no limit for who has {@link
     * Capability#CAP_IPC_LOCK}, as root has.
     *
     * @param bytes the limit; none without a call
     * @return this
     */
    public SimulatedBoardBuilder lockedMemoryLimit(long bytes) {
        requireLimit(bytes);
        lockedMemoryLimit = bytes;
        return this;
    }

    static void requireLimit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("expected a limit of 0 bytes and up, got " + bytes);
        }
    }

    /**
     * How many huge pages of 2 MiB there are at start: {@code nr_hugepages}, to which more can be written.
     *
     * @param count 0 or more; 0 without a call
     * @return this
     */
    public SimulatedBoardBuilder hugePages(int count) {
        requireLimit(count);
        hugePages = count;
        return this;
    }

    /**
     * The module parameter {@code vfio.enable_unsafe_noiommu_mode} at start.
     *
     * @param value false without a call
     * @return this
     */
    public SimulatedBoardBuilder noiommuMode(boolean value) {
        noiommuMode = value;
        return this;
    }

    /**
     * The module parameters {@code vfio_iommu_type1.allow_unsafe_interrupts} and {@code
     * iommufd.allow_unsafe_interrupts} at start. A device whose message-signalled interrupts nothing isolates, as
     * {@code msi-parent} of its node does with an ITS, needs the one for type1 and the other for iommufd.
     *
     * @param value false without a call
     * @return this
     */
    public SimulatedBoardBuilder unsafeInterrupts(boolean value) {
        unsafeInterrupts = value;
        return this;
    }

    /**
     * The module parameter {@code vfio_platform.reset_required}, and that of {@code vfio_devtree}.
     *
     * @param value true without a call
     * @return this
     */
    public SimulatedBoardBuilder resetRequired(boolean value) {
        resetRequired = value;
        return this;
    }

    /**
     * Says that the kernel has a VFIO reset module for a device.
     *
     * @param compatible the first compatible string of the device
     * @return this
     */
    public SimulatedBoardBuilder resetFunction(String compatible) {
        resetFunctions.add(compatible);
        return this;
    }

    /**
     * Binds a kernel driver to a device at start.
     *
     * @param device name in sysfs, or path of the node
     * @param driver name of the driver
     * @return this
     */
    public SimulatedBoardBuilder driver(String device, String driver) {
        drivers.put(device, driver);
        return this;
    }

    /**
     * Binds devices to a VFIO driver of their bus at start ({@code vfio-platform} or {@code vfio-amba}; see also {@link
     * #vfioDevtree}); {@link #build()} throws if the kernel refuses one.
     *
     * @param devices names in sysfs, or paths of nodes
     * @return this
     */
    public SimulatedBoardBuilder bound(String... devices) {
        bound.addAll(List.of(devices));
        return this;
    }

    /**
     * Binds every device that has no {@link #driver} and that the kernel lets be bound to a VFIO driver of its bus, as {@link
     * #bound} does.
     *
     * @return this
     */
    public SimulatedBoardBuilder bindAll() {
        bindAll = true;
        return this;
    }

    /**
     * A kernel set up for trying things out: noiommu mode, unsafe interrupts, no reset function required, and every
     * device bound.
     *
     * @return this
     */
    public SimulatedBoardBuilder readyToUse() {
        return noiommuMode(true).unsafeInterrupts(true).resetRequired(false).bindAll();
    }

    /**
     * Hands every access of pread and pwrite to a device to somebody, as the kernel splits it.
     *
     * @param log called once for each access, one at a time
     * @return this
     */
    public SimulatedBoardBuilder accessLog(Consumer<RegisterAccess> log) {
        accessLog = log;
        return this;
    }

    /**
     * Puts a model behind the registers of a device. As nobody can trap the loads and stores of a JVM, these registers,
     * and what shares a page with them, have no MMAP flag: every access is a pread or pwrite, as to a region smaller than
     * a page.
     *
     * @param device name in sysfs, or path of the node
     * @param model makes the model when the board is built, from what it is connected with
     * @return this
     */
    public SimulatedBoardBuilder model(String device, Function<DevicePort, DeviceModel> model) {
        models.put(device, Objects.requireNonNull(model, "model"));
        return this;
    }

    /**
     * Makes the board.
     *
     * @return the board
     * @throws IllegalArgumentException if there is no device of a name, or the kernel refuses one that is to be bound
     */
    public SimulatedBoard build() {
        KernelConfig config = new KernelConfig(
                release, vfioDevtree, iommufd, kvm, pageSize, cacheCoherent, Set.copyOf(resetFunctions), accessLog);
        Kernel kernel = new Kernel(tree, config, new CallingProcess(credentials, lockedMemoryLimit, pageSize));
        kernel.hugePages().setWanted(hugePages);
        kernel.parameters().noiommuMode = noiommuMode;
        kernel.parameters().unsafeInterrupts = unsafeInterrupts;
        kernel.parameters().unsafeInterruptsOfIommufd = unsafeInterrupts;
        kernel.parameters().resetRequired = resetRequired;
        InitialBindings bindings = new InitialBindings(kernel.drivers(), vfioDevtree);
        models.forEach((device, maker) -> kernel.models().add(bindings.find(device), kernel, maker));
        drivers.forEach(bindings::bindNative);
        bound.forEach(bindings::bindVfio);
        if (bindAll) {
            bindings.bindRest();
        }
        return new SimulatedBoard(kernel);
    }
}
