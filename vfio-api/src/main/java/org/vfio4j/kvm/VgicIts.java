// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.vfio.VfioException;

/**
 * An ITS of a VM with a GICv3, for message-signalled interrupts: {@link KvmDeviceType#VGIC_ITS}. A VM can have several.
 *
 * <p>Closing it closes the descriptor; the ITS stays with the VM.
 *
 * <p>Source: {@code Documentation/virt/kvm/devices/arm-vgic-its.rst}, {@code arch/arm64/kvm/vgic/vgic-its.c}.
 */
public final class VgicIts implements AutoCloseable {
    /** Bytes of the registers. */
    public static final long SIZE = 0x2_0000;

    private static final long ALIGNMENT = 0x1_0000;

    private final KvmDevice device;

    /**
     * Takes over a device.
     *
     * @param device of {@link KvmDeviceType#VGIC_ITS}; closed with this
     * @throws IllegalArgumentException if it is of another type
     */
    public VgicIts(KvmDevice device) {
        this.device = device.require(KvmDeviceType.VGIC_ITS);
    }

    /** {@return the device, for attributes that this class does not set, such as {@link ItsAttributes#register}} */
    public KvmDevice device() {
        return device;
    }

    /**
     * Says where the ITS is.
     *
     * @param address guest physical, a multiple of 64 KiB; {@link #SIZE} bytes
     * @throws VfioException if the kernel refuses; E2BIG beyond the guest's addresses
     * @throws IllegalArgumentException if the address is not aligned
     * @throws IllegalStateException if it was said before
     */
    public void setAddress(long address) throws VfioException {
        Vgic.setAddress(device, ItsAttributes.ADDRESS, address, ALIGNMENT);
    }

    /**
     * Says that all is configured.
     *
     * @throws VfioException if the kernel refuses
     */
    public void initialize() throws VfioException {
        device.attributes().set(ItsAttributes.INIT);
    }

    /**
     * Makes the ITS as it was at start. No vCPU may be running.
     *
     * @throws VfioException if the kernel refuses
     */
    public void reset() throws VfioException {
        device.attributes().set(ItsAttributes.RESET);
    }

    /** {@return whether {@link #close} was called} */
    public boolean isClosed() {
        return device.isClosed();
    }

    @Override
    public void close() {
        device.close();
    }
}
