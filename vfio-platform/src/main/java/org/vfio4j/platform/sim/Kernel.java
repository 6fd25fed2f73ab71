// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.interrupt.Interrupt;
import org.vfio4j.devtree.interrupt.InterruptList;
import org.vfio4j.devtree.interrupt.Interrupts;
import org.vfio4j.devtree.mapper.DeviceMapping;
import org.vfio4j.devtree.mapper.DevtreeMapper;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.devtree.platform.PlatformDevices;

/** The state of the simulated kernel and of the one process that uses it. All of it is under one lock. */
final class Kernel {
    private static final Set<String> SERVED_EARLY =
            Set.of("arm,gic-v3", "arm,gic-400", "arm,cortex-a15-gic", "fixed-clock", "fixed-factor-clock");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final DeviceTree tree;
    private final KernelConfig config;
    private final CallingProcess process;
    private final RunDirectory run;
    private final ModuleParameters parameters = new ModuleParameters();
    private final FileTable files = new FileTable();
    private final HugePages hugePages = new HugePages();
    private final Ram ram;
    private final List<DmaFault> dmaFaults = new ArrayList<>();
    private final VirtualMemory memory;
    private final IommuGroups iommuGroups;
    private final VfioCore vfio;
    private final DriverCore drivers;
    private final IommuBackends backends;
    private final IommufdMemory iommufdMemory;
    private final IrqRequests irqRequests = new IrqRequests();
    private final DeviceModels models;
    private final KvmHost kvmHost;

    Kernel(DeviceTree tree, KernelConfig config, CallingProcess process) {
        this.process = process;
        this.run = new RunDirectory(process);
        this.tree = tree;
        this.config = config;
        this.kvmHost = KvmHost.of(tree);
        List<BoardDevice> devices = devicesOf(tree);
        this.iommuGroups = new IommuGroups();
        if (config.release() != KernelRelease.LINUX_6_12) {
            devices.forEach(iommuGroups::configure);
        }
        this.models = new DeviceModels(config.pageSize());
        VfioResources resources = new VfioResources(populated(tree, devices));
        PhysicalMemory physical = new PhysicalMemory(regionsOf(devices, resources), config.pageSize());
        this.ram = new Ram(config.pageSize(), physical);
        this.memory = new VirtualMemory(new MemoryResources(ram, hugePages, process, config.pageSize()));
        this.backends = new IommuBackends(config, parameters, memory, process);
        this.iommufdMemory = new IommufdMemory(memory, process, config.pageSize());
        this.vfio = new VfioCore(
                config,
                parameters,
                iommuGroups,
                changed,
                (device, policy) -> new VfioDevice(
                        device,
                        resources.of(device, policy),
                        config,
                        parameters,
                        changed,
                        physical,
                        models,
                        irqRequests,
                        files,
                        process));
        this.drivers = new DriverCore(devices, iommuGroups, config.vfioDevtree(), vfio, irqRequests);
    }

    private static List<BoardDevice> devicesOf(DeviceTree tree) {
        Map<Node, BoardDevice> byNode = new IdentityHashMap<>();
        List<BoardDevice> devices = new ArrayList<>();
        for (PlatformDeviceNode found : PlatformDevices.of(tree)) {
            if (isServedEarly(found.node())) {
                continue;
            }
            BoardDevice device = new BoardDevice(
                    found.name(),
                    found.node(),
                    found.bus(),
                    parentOf(found.node(), byNode),
                    DevtreeMapper.predict(found.node(), MappingPolicy.KERNEL));
            byNode.put(found.node(), device);
            devices.add(device);
        }
        return devices;
    }

    /**
     * Whether Linux sets a node up before there are devices, and makes none of it (of_irq_init and of_clk_init set
     * OF_POPULATED): what IRQCHIP_DECLARE and CLK_OF_DECLARE name.
     */
    private static boolean isServedEarly(Node node) {
        return node.compatible().stream().anyMatch(SERVED_EARLY::contains);
    }

    private static BoardDevice parentOf(Node node, Map<Node, BoardDevice> byNode) {
        Node at = node.parent().orElse(null);
        while (at != null && !byNode.containsKey(at)) {
            at = at.parent().orElse(null);
        }
        return at == null ? null : byNode.get(at);
    }

    /** The nodes that Linux marks OF_POPULATED: those of devices, and those that it set up before. */
    private static Set<Node> populated(DeviceTree tree, List<BoardDevice> devices) {
        Set<Node> populated = Collections.newSetFromMap(new IdentityHashMap<>());
        devices.forEach(device -> populated.add(device.node()));
        for (Node node : tree.nodes()) {
            if (node.isAvailable() && isServedEarly(node)) {
                populated.add(node);
            }
        }
        return populated;
    }

    private List<DeviceRegion> regionsOf(List<BoardDevice> devices, VfioResources resources) {
        List<DeviceRegion> regions = new ArrayList<>();
        for (BoardDevice device : devices) {
            regions.addAll(VfioDevice.regionsOf(device.mapping(), config.pageSize()));
            // The windows of a bus with devices are no region, and would make one extent of all that is in them.
            if (config.vfioDevtree() && device.bus() == Bus.PLATFORM && !resources.hasDevicesBelow(device.node())) {
                DeviceMapping windows = DevtreeMapper.predict(device.node(), MappingPolicy.PROPOSAL);
                regions.addAll(VfioDevice.regionsOf(windows, config.pageSize()));
            }
        }
        return regions;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Signalled whenever something changes that a call may wait for. */
    Condition changed() {
        return changed;
    }

    DeviceTree tree() {
        return tree;
    }

    KernelConfig config() {
        return config;
    }

    CallingProcess process() {
        return process;
    }

    RunDirectory run() {
        return run;
    }

    ModuleParameters parameters() {
        return parameters;
    }

    FileTable files() {
        return files;
    }

    Ram ram() {
        return ram;
    }

    /** What devices did wrong. */
    List<DmaFault> dmaFaults() {
        return dmaFaults;
    }

    HugePages hugePages() {
        return hugePages;
    }

    VirtualMemory memory() {
        return memory;
    }

    IommuGroups iommuGroups() {
        return iommuGroups;
    }

    VfioCore vfio() {
        return vfio;
    }

    DriverCore drivers() {
        return drivers;
    }

    IrqRequests irqRequests() {
        return irqRequests;
    }

    /** A line of a node's; an IllegalArgumentException if it has none of this index. */
    SimulatedInterrupt interrupt(Node node, int index) {
        InterruptList interrupts = Interrupts.of(node);
        if (index < 0 || index >= interrupts.resolved().size()) {
            throw new IllegalArgumentException("expected an interrupt of " + node.path() + ", which has "
                    + interrupts.resolved().size() + ", got " + index);
        }
        Interrupt interrupt = interrupts.resolved().get(index);
        lock.lock();
        try {
            return new SimulatedInterrupt(lock, irqRequests.wire(interrupt), interrupt.trigger());
        } finally {
            lock.unlock();
        }
    }

    DeviceModels models() {
        return models;
    }

    KvmHost kvmHost() {
        return kvmHost;
    }

    IommufdFile newIommufd() {
        return new IommufdFile(new IommufdContext(iommufdMemory));
    }

    Container newContainer() {
        return new Container(backends, process);
    }
}
