// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.vfio4j.kvm.abi.KvmFlags;
import org.vfio4j.kvm.abi.MsiLayout;
import org.vfio4j.vfio.internal.Structs;

/**
 * A message-signalled interrupt: a write of data to a doorbell.
 *
 * @param address the doorbell, guest physical
 * @param data what is written
 * @param deviceId which device writes, for an interrupt controller that wants to know, such as the ITS of arm64
 */
public record Msi(long address, int data, OptionalInt deviceId) {
    /**
     * A message without the id of its device.
     *
     * @param address the doorbell, guest physical
     * @param data what is written
     */
    public Msi(long address, int data) {
        this(address, data, OptionalInt.empty());
    }

    int flags() {
        return deviceId.isPresent() ? KvmFlags.KVM_MSI_VALID_DEVID : 0;
    }

    ByteBuffer encode() {
        return Structs.allocate(MsiLayout.SIZE)
                .putInt(MsiLayout.ADDRESS_LO, (int) address)
                .putInt(MsiLayout.ADDRESS_HI, (int) (address >>> Integer.SIZE))
                .putInt(MsiLayout.DATA, data)
                .putInt(MsiLayout.FLAGS, flags())
                .putInt(MsiLayout.DEVID, deviceId.orElse(0));
    }

    @Override
    public String toString() {
        return "MSI 0x" + Integer.toHexString(data) + " to 0x" + Long.toHexString(address)
                + (deviceId.isPresent() ? " of device 0x" + Integer.toHexString(deviceId.getAsInt()) : "");
    }
}
