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
    private final boolean resetRequired;
    private final Condition changed;
    private final PhysicalMemory memory;
    private final IrqRequests irqRequests;
    private final FileTable files;
    private final CallingProcess process;
    private final List<DeviceRegion> regions;
    private VfioGroup group;
    private List<IrqLine> irqs = List.of();
    private int openCount;

    VfioDevice(
            BoardDevice device,
            DeviceMapping mapping,
            KernelConfig config,
            boolean resetRequired,
            Condition changed,
            PhysicalMemory memory,
            IrqRequests irqRequests,
            FileTable files,
            CallingProcess process) {
        this.device = device;
        this.mapping = mapping;
        this.config = config;
        this.resetRequired = resetRequired && device.bus() == Bus.PLATFORM;
        this.changed = changed;
        this.memory = memory;
        this.irqRequests = irqRequests;
        this.files = files;
        this.process = process;
        this.regions = regionsOf(mapping, config.pageSize());
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

    /** vfio-amba never requires one; vfio-platform does by default. */
    boolean isResetRequired() {
        return resetRequired;
    }

    /** Whether a reset module is there for the first compatible string. */
    boolean hasReset() {
        List<String> compatible = device.node().compatible();
        return !compatible.isEmpty() && config.resetFunctions().contains(compatible.get(0));
    }

    boolean isOpen() {
        return openCount > 0;
    }

    void open() {
        KernelError.requireValid(group.hasContainer());
        if (openCount == 0) {
            group.useContainer(process);
            irqs = mapping.irqs().stream()
                    .map(irq -> new IrqLine(irq.trigger().isLevel(), irqRequests.requestExclusive(irq)))
                    .toList();
        }
        openCount++;
    }

    void close() {
        openCount--;
        if (openCount == 0) {
            releaseIrqs();
            irqs = List.of();
            group.unuseContainer();
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
        return new RegionAccessor(name(), regions, memory, config.accessLog());
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
