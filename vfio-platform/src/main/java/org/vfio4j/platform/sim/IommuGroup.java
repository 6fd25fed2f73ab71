// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.host.MsiIsolation;

/** A group of devices that an IOMMU cannot tell apart, and who owns their DMA (drivers/iommu/iommu.c). */
final class IommuGroup {
    /** The name of a group that VFIO made for a device without IOMMU. */
    static final String NOIOMMU_NAME = "vfio-noiommu";

    private static final Set<String> DOMAIN_TYPES = Set.of("identity", "DMA", "DMA-FQ", "auto");

    private final int id;
    private final boolean noiommu;
    private final List<BoardDevice> members = new ArrayList<>();
    private Object owner;
    private int claims;
    private String domainType = "DMA";

    IommuGroup(int id, boolean noiommu) {
        this.id = id;
        this.noiommu = noiommu;
    }

    /** The type of the domain that kernel drivers use, as sysfs names it. */
    String domainType() {
        return noiommu ? "unknown" : domainType;
    }

    /** iommu_group_store_type: a flush queue can be added at any time, everything else only while nobody uses the group. */
    void setDomainType(String requested, CallingProcess process) {
        KernelError.require(
                process.has(Capability.CAP_SYS_ADMIN) && process.has(Capability.CAP_SYS_RAWIO), Errno.EACCES);
        KernelError.requireValid(!noiommu && DOMAIN_TYPES.contains(requested));
        boolean addsQueue = requested.equals("DMA-FQ") && domainType.equals("DMA");
        KernelError.require(addsQueue || !isDmaOwned(), Errno.EPERM);
        domainType = requested.equals("auto") ? "DMA" : requested;
    }

    int id() {
        return id;
    }

    boolean isNoiommu() {
        return noiommu;
    }

    List<BoardDevice> members() {
        return List.copyOf(members);
    }

    void add(BoardDevice device) {
        members.add(device);
        device.setIommuGroup(this);
    }

    void remove(BoardDevice device) {
        members.remove(device);
        device.setIommuGroup(null);
    }

    /** iommu_group_has_isolated_msi: none of its devices can make the interrupts of another. */
    boolean isolatesMsi() {
        return members.stream().allMatch(device -> MsiIsolation.of(device.node()));
    }

    /** Whether a kernel driver, or user space, owns the DMA of a member. */
    boolean isDmaOwned() {
        return owner != null || isDmaOfKernel();
    }

    private boolean isDmaOfKernel() {
        return members.stream()
                .anyMatch(device -> device.driver() != null && !device.driver().isVfio());
    }

    /** User space takes the group; nobody may have it. */
    void claimDma() {
        KernelError.require(!isDmaOwned(), Errno.EPERM);
        claimDma(this);
    }

    /** User space takes the group for an owner, who may have it already. */
    void claimDma(Object newOwner) {
        KernelError.require(!isDmaOfKernel() && (owner == null || owner == newOwner), Errno.EPERM);
        owner = newOwner;
        claims++;
    }

    void releaseDma() {
        claims--;
        if (claims == 0) {
            owner = null;
        }
    }

    /** A kernel driver is about to be bound to a member. */
    void requireKernelMayUse() {
        KernelError.require(owner == null, Errno.EBUSY);
    }
}
