// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import org.vfio4j.vfio.VfioException;

/**
 * The GICv2 of a VM: {@link KvmDeviceType#VGIC_V2}, on a machine whose GIC can play one; for up to 8 vCPUs. The order is
 * that of {@link VgicV3}. Without {@link #initialize}, Linux does it at the first run.
 *
 * <p>Closing it closes the descriptor; the interrupt controller stays with the VM.
 *
 * <p>Source: {@code Documentation/virt/kvm/devices/arm-vgic.rst}, {@code arch/arm64/kvm/vgic}.
 */
public final class VgicV2 implements AutoCloseable {
    /** Bytes of the distributor's registers. */
    public static final long DISTRIBUTOR_SIZE = 0x1000;

    /** Bytes of the CPU interface's registers. */
    public static final long CPU_INTERFACE_SIZE = 0x2000;

    private static final long ALIGNMENT = 0x1000;

    private final KvmDevice device;

    /**
     * Takes over a device.
     *
     * @param device of {@link KvmDeviceType#VGIC_V2}; closed with this
     * @throws IllegalArgumentException if it is of another type
     */
    public VgicV2(KvmDevice device) {
        this.device = device.require(KvmDeviceType.VGIC_V2);
    }

    /** {@return the device, for attributes that this class does not set} */
    public KvmDevice device() {
        return device;
    }

    /**
     * Says how many interrupts there are; 256 if it is not said.
     *
     * @param count SGIs and PPIs included: a multiple of 32 from 64 to 992
     * @throws VfioException if the kernel refuses
     * @throws IllegalArgumentException if there cannot be as many
     * @throws IllegalStateException if it was said before, or the controller is initialized
     */
    public void setIrqCount(int count) throws VfioException {
        Vgic.setIrqCount(device, VgicV2Attributes.IRQ_COUNT, count);
    }

    /**
     * Says where the distributor is.
     *
     * @param address guest physical, a multiple of 4 KiB; {@link #DISTRIBUTOR_SIZE} bytes
     * @throws VfioException if the kernel refuses; E2BIG beyond the guest's addresses
     * @throws IllegalArgumentException if the address is not aligned
     * @throws IllegalStateException if it was said before, or a vCPU has run
     */
    public void setDistributor(long address) throws VfioException {
        Vgic.setAddress(device, VgicV2Attributes.DISTRIBUTOR, address, ALIGNMENT);
    }

    /**
     * Says where the CPU interface is.
     *
     * @param address guest physical, a multiple of 4 KiB; {@link #CPU_INTERFACE_SIZE} bytes
     * @throws VfioException if the kernel refuses; E2BIG beyond the guest's addresses
     * @throws IllegalArgumentException if the address is not aligned
     * @throws IllegalStateException if it was said before, or a vCPU has run
     */
    public void setCpuInterface(long address) throws VfioException {
        Vgic.setAddress(device, VgicV2Attributes.CPU_INTERFACE, address, ALIGNMENT);
    }

    /**
     * Initializes the controller; once more does nothing.
     *
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if the VM has no vCPU: it could never have one afterwards
     */
    public void initialize() throws VfioException {
        device.attributes().set(VgicV2Attributes.INIT);
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
