// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.Node;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * A board with a simulated kernel, built from a device tree: open its devices through {@link #syscalls()} and look at
 * its sysfs through {@link #files()}, with the code that also runs on a real machine.
 *
 * <pre>{@code
 * SimulatedBoard board = SimulatedBoard.proposal();
 * LinuxSyscalls linux = board.syscalls();
 * int container = linux.open("/dev/vfio/vfio", LinuxSyscalls.O_RDWR);
 * }</pre>
 *
 * <p>What it has: the VFIO container, group and device interfaces with type1 and noiommu, iommufd with IO address
 * spaces and device files, vfio-platform and vfio-amba, eventfds, mmap, and sysfs with driver binding. Behind a region
 * is a {@link DeviceModel}, or plain memory, one for all devices at a physical address; of a region, or of regions that
 * share a page, at most 256 MiB can be mapped. Models do DMA through what is mapped for them, and make interrupts on their
 * own; {@link #interrupt} is for the test that plays the device. KVM is there as on arm64 for what configures it: VMs,
 * vCPUs, memory slots, the devices VFIO, GICv2, GICv3 and ITS with their attributes; nothing runs, KVM_RUN is ENOSYS, as
 * are irqfds, ioeventfds and routes. There are no nested page tables, and open(2) knows {@code /dev/iommu}, {@code
 * /dev/kvm}, {@code /proc/self/pagemap} and the files of {@code /dev/vfio} only. The process' memory is at
 * physical addresses from 1 GiB on; ordinary pages are never adjacent, and a page that is all zeros counts as not touched,
 * unless the kernel populated it or locked it for DMA.
 *
 * <p>Two things differ from a process of a real kernel, as no native code is involved. A buffer of {@link
 * LinuxSyscalls#memory} shows its bytes also after the mapping is gone. And {@link LinuxSyscalls#addressOf} knows a buffer
 * by its object: a slice or duplicate has another address than the buffer itself.
 *
 * <p>Safe for use by several threads. It holds only memory, and needs no closing.
 */
public final class SimulatedBoard {
    private final Kernel kernel;
    private final LinuxSyscalls syscalls;
    private final HostFiles files;

    SimulatedBoard(Kernel kernel) {
        this.kernel = kernel;
        this.syscalls = new SimulatedSyscalls(kernel);
        this.files = new SimulatedFiles(kernel);
    }

    /**
     * Begins a board of a device tree. It begins as Linux does: no noiommu mode, no unsafe interrupts, a reset function
     * required, and no device bound.
     *
     * @param tree the tree
     * @return a builder
     */
    public static SimulatedBoardBuilder builder(DeviceTree tree) {
        return new SimulatedBoardBuilder(tree);
    }

    /**
     * Begins one of the boards that come with the framework, ready to use: see {@link
     * SimulatedBoardBuilder#readyToUse()}.
     *
     * @param name {@code proposal}: the three example devices of the proposal of 2013, and some more
     * @return a builder
     * @throws IllegalArgumentException if there is no board of this name
     */
    public static SimulatedBoardBuilder builder(String name) {
        return BuiltInBoards.builder(name);
    }

    /** {@return the names that {@link #builder(String)} takes} */
    public static List<String> names() {
        return BuiltInBoards.NAMES;
    }

    /**
     * The board {@code proposal}, with a kernel that exposes devices as the proposal of 2013 describes it and answers
     * GET_DEVTREE_INFO.
     *
     * @return a new board
     */
    public static SimulatedBoard proposal() {
        return BuiltInBoards.proposal();
    }

    /** {@return the system calls of the board's kernel} */
    public LinuxSyscalls syscalls() {
        return syscalls;
    }

    /** {@return the files below {@code /sys}, {@code /proc} and {@code /dev}} */
    public HostFiles files() {
        return files;
    }

    /** {@return the tree that the board was built from} */
    public DeviceTree tree() {
        return kernel.tree();
    }

    /**
     * The interrupt line of a node, to raise and lower it as the device would.
     *
     * @param node path of the node, or an alias
     * @param index which of the node's own interrupts, from 0
     * @return the line
     * @throws IllegalArgumentException if there is no such node or interrupt
     */
    public SimulatedInterrupt interrupt(String node, int index) {
        Node found = kernel.tree()
                .find(node)
                .orElseThrow(() -> new IllegalArgumentException("expected the path of a node, got " + node));
        return kernel.interrupt(found, index);
    }

    /** {@return the reads and writes of device models that led to no memory, in their order} */
    public List<DmaFault> dmaFaults() {
        kernel.lock().lock();
        try {
            return List.copyOf(kernel.dmaFaults());
        } finally {
            kernel.lock().unlock();
        }
    }

    /** {@return who the process is now} */
    public Credentials credentials() {
        kernel.lock().lock();
        try {
            return kernel.process().credentials();
        } finally {
            kernel.lock().unlock();
        }
    }

    /**
     * Makes the process somebody else, as capset(2) and setfsuid(2) would. What is open stays open; Linux asks anew at
     * each call that needs a capability.
     *
     * @param credentials who it is from now on
     */
    public void setCredentials(Credentials credentials) {
        Objects.requireNonNull(credentials, "credentials");
        kernel.lock().lock();
        try {
            kernel.process().setCredentials(credentials);
        } finally {
            kernel.lock().unlock();
        }
    }

    /** {@return RLIMIT_MEMLOCK of the process in bytes; Long.MAX_VALUE if there is none} */
    public long lockedMemoryLimit() {
        kernel.lock().lock();
        try {
            return kernel.process().lockedMemoryLimit();
        } finally {
            kernel.lock().unlock();
        }
    }

    /**
     * Sets RLIMIT_MEMLOCK, as setrlimit(2) would. What is mapped for DMA already stays so.
     *
     * @param bytes the limit, 0 or more; Long.MAX_VALUE for none
     * @throws IllegalArgumentException if it is negative
     */
    public void setLockedMemoryLimit(long bytes) {
        SimulatedBoardBuilder.requireLimit(bytes);
        kernel.lock().lock();
        try {
            kernel.process().setLockedMemoryLimit(bytes);
        } finally {
            kernel.lock().unlock();
        }
    }

    /** {@return the open file descriptors, and what each leads to as {@code /proc/PID/fd} shows it} */
    public Map<Integer, String> openDescriptors() {
        kernel.lock().lock();
        try {
            return kernel.files().descriptions();
        } finally {
            kernel.lock().unlock();
        }
    }

    /** {@return the mappings of the process, by rising address} */
    public List<MappedRange> mappings() {
        kernel.lock().lock();
        try {
            return kernel.memory().mappings().stream()
                    .map(mapping -> new MappedRange(
                            mapping.start(),
                            mapping.length(),
                            mapping.protection(),
                            mapping.file() == null ? "" : mapping.file().description()))
                    .toList();
        } finally {
            kernel.lock().unlock();
        }
    }
}
