// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

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
