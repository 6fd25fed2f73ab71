// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** The capabilities of a Linux process (capabilities(7), {@code linux/capability.h}) that VFIO and its files ask for. */
public enum Capability {
    /** Any file may be opened, whatever its mode. */
    CAP_DAC_OVERRIDE(1),
    /** Any file may be read, whatever its mode. */
    CAP_DAC_READ_SEARCH(2),
    /** RLIMIT_MEMLOCK does not apply: any memory may be mapped for DMA. */
    CAP_IPC_LOCK(14),
    /** Devices may be used that no IOMMU confines: noiommu. */
    CAP_SYS_RAWIO(17),
    /** With {@link #CAP_SYS_RAWIO}, the type of an IOMMU group's default domain may be chosen. */
    CAP_SYS_ADMIN(21),
    /** Limits of resources may be changed, and how an iommufd counts for them. */
    CAP_SYS_RESOURCE(24);

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** {@return the number, which is also that of the bit in {@code CapEff} of {@code /proc/PID/status}} */
    public int number() {
        return number;
    }
}
