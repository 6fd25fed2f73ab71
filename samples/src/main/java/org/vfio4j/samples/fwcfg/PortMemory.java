// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.nio.ByteBuffer;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.platform.sim.DmaFaultException;

/** What a device of a simulated board reaches by DMA. */
record PortMemory(DevicePort port) implements GuestMemory {
    @Override
    public void read(long address, byte[] into) {
        try {
            port.readMemory(address, ByteBuffer.wrap(into));
        } catch (DmaFaultException e) {
            throw new UnmappedException(address);
        }
    }

    @Override
    public void write(long address, byte[] from) {
        try {
            port.writeMemory(address, ByteBuffer.wrap(from));
        } catch (DmaFaultException e) {
            throw new UnmappedException(address);
        }
    }
}
