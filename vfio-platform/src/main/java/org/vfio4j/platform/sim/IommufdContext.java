// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.IommufdFlags;

/** The objects of an open /dev/iommu (struct iommufd_ctx, drivers/iommu/iommufd/main.c). */
final class IommufdContext {
    private final IommufdMemory memory;
    private final TreeMap<Integer, IommufdObject> objects = new TreeMap<>();
    private final Map<IommuGroup, IommufdGroup> groups = new IdentityHashMap<>();
    private Ioas compatIoas;
    private boolean noiommu;
    private boolean countedForProcess;

    IommufdContext(IommufdMemory memory) {
        this.memory = memory;
    }

    CallingProcess process() {
        return memory.process();
    }

    VirtualMemory memory() {
        return memory.memory();
    }

    /** Gives an object the lowest free id. */
    <T extends IommufdObject> T add(T object) {
        int id = 1;
        while (objects.containsKey(id)) {
            id++;
        }
        object.setId(id);
        objects.put(id, object);
        return object;
    }

    Ioas newIoas() {
        return add(new Ioas(memory.pageSize()));
    }

    /** Null if there is no object of this id. */
    IommufdObject find(int id) {
        return objects.get(id);
    }

    /** ENOENT if there is no object of this id, or it is of another type. */
    <T extends IommufdObject> T get(int id, Class<T> type) {
        IommufdObject object = objects.get(id);
        KernelError.require(type.isInstance(object), Errno.ENOENT);
        return type.cast(object);
    }

    void destroy(int id) {
        IommufdObject object = get(id, IommufdObject.class);
        KernelError.require(!object.isUsed(), Errno.EBUSY);
        remove(object);
    }

    void remove(IommufdObject object) {
        objects.remove(object.id());
        if (object == compatIoas) {
            compatIoas = null;
        }
        object.destroyed();
    }

    /** The last holder of the file is gone, so no device is bound any more. */
    void release() {
        objects.values().forEach(IommufdObject::destroyed);
        objects.clear();
    }

    IommufdGroup group(IommuGroup group) {
        return groups.computeIfAbsent(group, made -> new IommufdGroup(this));
    }

    /** Pages for an IOAS. */
    IoArea.Slice pages(long address, long length, int flags) {
        boolean writable = (flags & IommufdFlags.IOMMU_IOAS_MAP_WRITEABLE) != 0;
        return memory.pages(address, length, writable, countedForProcess ? PinAccount.PROCESS : PinAccount.USER);
    }

    boolean isCountedForProcess() {
        return countedForProcess;
    }

    /** EBUSY once there are objects; the value is looked at after that. */
    void countForProcess(BooleanSupplier value) {
        KernelError.require(objects.isEmpty(), Errno.EBUSY);
        countedForProcess = value.getAsBoolean();
    }

    /** The IOAS that VFIO's calls use; ENODEV if there is none. */
    Ioas compatIoas() {
        KernelError.require(compatIoas != null, Errno.ENODEV);
        return compatIoas;
    }

    boolean hasCompatIoas() {
        return compatIoas != null;
    }

    void setCompatIoas(Ioas ioas) {
        compatIoas = ioas;
    }

    /** A group with an IOMMU takes the iommufd as its container: there will be an IOAS. EINVAL if noiommu has it. */
    void needCompatIoas() {
        KernelError.requireValid(!noiommu);
        if (compatIoas == null) {
            compatIoas = newIoas();
        }
    }

    /** A group without an IOMMU takes the iommufd as its container: EINVAL if there is an IOAS. */
    void setNoiommu() {
        KernelError.requireValid(compatIoas == null);
        noiommu = true;
    }

    boolean isNoiommu() {
        return noiommu;
    }
}
