// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.nio.ByteBuffer;
import org.vfio4j.devtree.Node;

/** What a {@link DeviceModel} is connected with. Safe for use by several threads. */
public final class DevicePort {
    private final Kernel kernel;
    private final BoardDevice device;

    DevicePort(Kernel kernel, BoardDevice device) {
        this.kernel = kernel;
        this.device = device;
    }

    /** {@return the device's node} */
    public Node node() {
        return device.node();
    }

    /**
     * Reads memory, as the device does by DMA: at an IOVA through the mappings of the container or IO address space that
     * its group is attached to, at a physical address if it has no IOMMU. Nothing is read if a part cannot be.
     *
     * @param address the address of the first byte
     * @param into receives as many bytes as remain in it
     * @throws DmaFaultException if a byte is not mapped, or not for reading; see {@link SimulatedBoard#dmaFaults}
     */
    public void readMemory(long address, ByteBuffer into) {
        locked(() -> new DeviceMemory(kernel, device).read(address, into));
    }

    /**
     * Writes memory, see {@link #readMemory}. Nothing is written if a part cannot be.
     *
     * @param address the address of the first byte
     * @param from what remains in it is written
     * @throws DmaFaultException if a byte is not mapped, or not for writing; see {@link SimulatedBoard#dmaFaults}
     */
    public void writeMemory(long address, ByteBuffer from) {
        locked(() -> new DeviceMemory(kernel, device).write(address, from));
    }

    private void locked(Runnable access) {
        kernel.lock().lock();
        try {
            access.run();
        } finally {
            kernel.lock().unlock();
        }
    }

    /**
     * An interrupt line that the device drives.
     *
     * @param index which of the node's own interrupts, from 0
     * @return the line
     * @throws IllegalArgumentException if the node has no such interrupt
     */
    public SimulatedInterrupt interrupt(int index) {
        return kernel.interrupt(device.node(), index);
    }
}
