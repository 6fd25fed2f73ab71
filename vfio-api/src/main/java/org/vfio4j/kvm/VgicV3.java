// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.Optional;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.VfioException;

/**
 * The GICv3 of a VM: {@link KvmDeviceType#VGIC_V3}. The order that works: make all vCPUs, create this, set the number of
 * interrupts and the addresses, {@link #initialize}, and run. Linux also takes other orders up to a point; what it takes and
 * makes the VM useless is refused here.
 *
 * <p>Closing it closes the descriptor; the interrupt controller stays with the VM.
 *
 * <p>Source: {@code Documentation/virt/kvm/devices/arm-vgic-v3.rst}, {@code arch/arm64/kvm/vgic}.
 */
public final class VgicV3 implements AutoCloseable {
    /** Bytes of the distributor's registers. */
    public static final long DISTRIBUTOR_SIZE = 0x1_0000;

    /** Bytes of one vCPU's redistributor. */
    public static final long REDISTRIBUTOR_SIZE = 0x2_0000;

    private final KvmDevice device;

    /**
     * Takes over a device.
     *
     * @param device of {@link KvmDeviceType#VGIC_V3}; closed with this
     * @throws IllegalArgumentException if it is of another type
     */
    public VgicV3(KvmDevice device) {
        this.device = device.require(KvmDeviceType.VGIC_V3);
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
        Vgic.setIrqCount(device, VgicV3Attributes.IRQ_COUNT, count);
    }

    /**
     * How many interrupts there are.
     *
     * @return the number, SGIs and PPIs included; 32 before it was said and before {@link #initialize}
     * @throws VfioException if the kernel does not say
     */
    public int irqCount() throws VfioException {
        return (int) device.attributes().get(VgicV3Attributes.IRQ_COUNT);
    }

    /**
     * Says where the distributor is.
     *
     * @param address guest physical, a multiple of 64 KiB; {@link #DISTRIBUTOR_SIZE} bytes
     * @throws VfioException if the kernel refuses; E2BIG beyond the guest's addresses
     * @throws IllegalArgumentException if the address is not aligned
     * @throws IllegalStateException if it was said before, or a vCPU has run
     */
    public void setDistributor(long address) throws VfioException {
        Vgic.setAddress(device, VgicV3Attributes.DISTRIBUTOR, address, DISTRIBUTOR_SIZE);
    }

    /**
     * Says where the redistributors are, one after the other.
     *
     * @param address guest physical, a multiple of 64 KiB; {@link #REDISTRIBUTOR_SIZE} bytes for each vCPU
     * @throws VfioException if the kernel refuses; E2BIG beyond the guest's addresses
     * @throws IllegalArgumentException if the address is not aligned
     * @throws IllegalStateException if it was said before, or a vCPU has run
     */
    public void setRedistributors(long address) throws VfioException {
        Vgic.setAddress(device, VgicV3Attributes.REDISTRIBUTORS, address, DISTRIBUTOR_SIZE);
    }

    /**
     * Says where some of the redistributors are, instead of {@link #setRedistributors}. vCPUs take them in the order of the
     * index.
     *
     * @param region the next region: index 0, then 1, and so on
     * @throws VfioException if the kernel refuses; EINVAL if it is not the next or overlaps another
     * @throws IllegalStateException if a vCPU has run
     */
    public void addRedistributors(RedistributorRegion region) throws VfioException {
        device.attributes().set(VgicV3Attributes.REDISTRIBUTOR_REGION, region.toWord());
    }

    /**
     * Some of the redistributors, as they were said.
     *
     * @param index which region, 0 to 255
     * @return the region, empty if there is none of this index
     * @throws VfioException if the kernel does not say
     */
    public Optional<RedistributorRegion> redistributors(int index) throws VfioException {
        try {
            return Optional.of(
                    RedistributorRegion.ofWord(device.attributes().get(VgicV3Attributes.REDISTRIBUTOR_REGION, index)));
        } catch (VfioException refused) {
            if (refused.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /**
     * Initializes the controller; once more does nothing.
     *
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if the VM has no vCPU: it could never have one afterwards
     */
    public void initialize() throws VfioException {
        device.attributes().set(VgicV3Attributes.INIT);
    }

    /**
     * A register of the distributor or a redistributor, or a system register, or levels of lines.
     *
     * @param register one of {@link VgicV3Attributes}
     * @return its value, unsigned
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if the controller is not initialized
     */
    public long read(KvmAttribute register) throws VfioException {
        return device.attributes().get(register);
    }

    /**
     * Writes a register, as {@link #read} reads it.
     *
     * @param register one of {@link VgicV3Attributes}
     * @param value the value
     * @throws VfioException if the kernel refuses
     * @throws IllegalStateException if the controller is not initialized
     */
    public void write(KvmAttribute register, long value) throws VfioException {
        device.attributes().set(register, value);
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
