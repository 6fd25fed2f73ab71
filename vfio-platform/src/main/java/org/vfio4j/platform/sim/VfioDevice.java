// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import java.util.concurrent.locks.Condition;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.VfioFlags;

/** A device on a VFIO driver (drivers/vfio/platform). Open while at least one descriptor of it is. */
final class VfioDevice {
    private final BoardDevice device;
    private final DeviceMapping mapping;
    private final KernelConfig config;
    private final ModuleParameters parameters;
    private final boolean resetRequired;
    private final Condition changed;
    private final PhysicalMemory memory;
    private final DeviceModels models;
    private final IrqRequests irqRequests;
    private final FileTable files;
    private final CallingProcess process;
    private final List<DeviceRegion> regions;
    private VfioGroup group;
    private List<IrqLine> irqs = List.of();
    private int openCount;
    private int cdevFiles;
    private int index;
    private boolean usesContainer;
    private IommufdDevice binding;

    VfioDevice(
            BoardDevice device,
            DeviceMapping mapping,
            KernelConfig config,
            ModuleParameters parameters,
            Condition changed,
            PhysicalMemory memory,
            DeviceModels models,
            IrqRequests irqRequests,
            FileTable files,
            CallingProcess process) {
        this.device = device;
        this.mapping = mapping;
        this.config = config;
        this.parameters = parameters;
        this.resetRequired = parameters.resetRequired && device.bus() == Bus.PLATFORM;
        this.changed = changed;
        this.memory = memory;
        this.models = models;
        this.irqRequests = irqRequests;
        this.files = files;
        this.process = process;
        this.regions = regionsOf(mapping, config.pageSize()).stream()
                .map(models::trapped)
                .toList();
    }

    static List<DeviceRegion> regionsOf(DeviceMapping mapping, int pageSize) {
        return mapping.regions().stream()
                .map(region -> DeviceRegion.of(region, pageSize))
                .toList();
    }

    String name() {
        return device.name();
    }

    void setGroup(VfioGroup group) {
        this.group = group;
    }

    VfioGroup group() {
        return group;
    }

    BoardDevice boardDevice() {
        return device;
    }

    void setIndex(int value) {
        index = value;
    }

    /** The number in the name of its device file. */
    int index() {
        return index;
    }

    String cdevName() {
        return "vfio" + index;
    }

    boolean isIommufdThere() {
        return config.iommufd();
    }

    /** Whether it has a device file of its own: there is none for noiommu. */
    boolean hasCdev() {
        return config.iommufd() && !group.isNoiommu();
    }

    CdevFile cdevOpened() {
        cdevFiles++;
        return new CdevFile(this, files);
    }

    void cdevClosed() {
        cdevFiles--;
        changed.signalAll();
    }

    /** What binds it to an iommufd while it is open; null if it uses a container, or is noiommu. */
    IommufdDevice binding() {
        return binding;
    }

    /** vfio-amba never requires one; vfio-platform does by default. */
    boolean isResetRequired() {
        return resetRequired;
    }

    /** Whether a reset module is there for the first compatible string. */
    boolean hasReset() {
        List<String> compatible = device.node().compatible();
        return !compatible.isEmpty() && config.resetFunctions().contains(compatible.get(0));
    }

    /** Whether somebody has a descriptor of it. */
    boolean isOpen() {
        return openCount > 0 || cdevFiles > 0;
    }

    /** Through the group. */
    void open() {
        KernelError.requireValid(group.hasContainer());
        if (openCount == 0) {
            if (group.iommufd() == null) {
                group.useContainer(process);
                usesContainer = true;
            } else {
                useIommufd(group.iommufd());
            }
            requestIrqs();
            callReset();
        }
        openCount++;
    }

    /** With an iommufd as container, a device is attached to the IOAS that VFIO's calls work on. */
    private void useIommufd(IommufdFile iommufd) {
        IommufdContext context = iommufd.context();
        if (group.isNoiommu()) {
            process.require(Capability.CAP_SYS_RAWIO);
            KernelError.require(!context.hasCompatIoas(), Errno.EPERM);
            return;
        }
        bind(iommufd);
        try {
            binding.attach(context.compatIoas().id());
        } catch (KernelError refused) {
            unbind();
            throw refused;
        }
    }

    /** By itself, which only one descriptor can. Returns its id in the iommufd. */
    int openCdev(IommufdFile iommufd) {
        KernelError.requireValid(openCount == 0);
        bind(iommufd);
        requestIrqs();
        callReset();
        openCount++;
        return binding.id();
    }

    private void bind(IommufdFile iommufd) {
        binding = IommufdDevice.bind(iommufd, device.iommuGroup(), parameters.unsafeInterruptsOfIommufd);
    }

    private void unbind() {
        binding.unbind();
        binding = null;
    }

    private void requestIrqs() {
        irqs = mapping.irqs().stream()
                .map(irq ->
                        new IrqLine(irq.trigger().isLevel(), irqRequests.requestExclusive(irq), irqRequests.wire(irq)))
                .toList();
    }

    /** vfio_platform_call_reset: also before the first user, and after the last. */
    private void callReset() {
        if (hasReset()) {
            models.reset(device);
        }
    }

    void close() {
        openCount--;
        if (openCount == 0) {
            callReset();
            releaseIrqs();
            irqs = List.of();
            if (usesContainer) {
                usesContainer = false;
                group.unuseContainer();
            } else if (binding != null) {
                unbind();
            }
            changed.signalAll();
        }
    }

    private void releaseIrqs() {
        for (int i = 0; i < irqs.size(); i++) {
            irqs.get(i).release();
            if (irqs.get(i).isRequested()) {
                irqRequests.freeExclusive(mapping.irqs().get(i));
            }
        }
    }

    void reset() {
        KernelError.require(hasReset(), Errno.EINVAL);
        callReset();
    }

    int flags() {
        int bus = device.bus() == Bus.AMBA ? VfioFlags.VFIO_DEVICE_FLAGS_AMBA : VfioFlags.VFIO_DEVICE_FLAGS_PLATFORM;
        return hasReset() ? bus | VfioFlags.VFIO_DEVICE_FLAGS_RESET : bus;
    }

    List<DeviceRegion> regions() {
        return regions;
    }

    List<IrqLine> irqs() {
        return irqs;
    }

    SetIrqs setIrqs() {
        return new SetIrqs(files, irqs);
    }

    RegionAccessor accessor() {
        return new RegionAccessor(name(), regions, memory, models, config.accessLog());
    }

    RegionMapper mapper() {
        return new RegionMapper(regions, memory, config.pageSize());
    }

    /** Answers GET_DEVTREE_INFO, if the driver does. */
    void giveDevtreeInfo(UserBuffer request) {
        KernelError.require(mapping.policy() == MappingPolicy.PROPOSAL, Errno.ENOTTY);
        DevtreeInfoAnswer.give(mapping, request);
    }
}
