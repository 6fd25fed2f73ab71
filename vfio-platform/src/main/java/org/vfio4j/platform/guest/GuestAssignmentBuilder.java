// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.vfio4j.kvm.KvmAttribute;
import org.vfio4j.kvm.KvmCapability;
import org.vfio4j.kvm.KvmVfio;
import org.vfio4j.kvm.VfioAttributes;
import org.vfio4j.kvm.Vm;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaMapping;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.guest.tree.PlacedDevice;
import org.vfio4j.platform.guest.tree.PlacedRegion;
import org.vfio4j.platform.register.Access;
import org.vfio4j.platform.register.Region;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.RegionInfo;
import org.vfio4j.vfio.VfioException;

/** Says how a device is assigned to a guest, see {@link GuestAssignment#of}. Not safe for use by several threads. */
public final class GuestAssignmentBuilder {
    private final PlatformDevice device;
    private final Map<Integer, Long> places = new LinkedHashMap<>();
    private final Map<Integer, List<Overlay>> overlays = new LinkedHashMap<>();
    private final List<GuestMemory> memories = new ArrayList<>();
    private UnassignedListener listener = UnassignedListener.NONE;
    private boolean unconfinedDma;
    private KvmVfio kvmVfio;
    private Vm vm;
    private IntSupplier slots;

    GuestAssignmentBuilder(PlatformDevice device) {
        this.device = Objects.requireNonNull(device, "device");
    }

    /**
     * Places every region of the device where the guest's device tree has it.
     *
     * @param placed where the device is
     * @return this
     * @throws IndexOutOfBoundsException if the device has no region of an index
     */
    public GuestAssignmentBuilder place(PlacedDevice placed) {
        for (PlacedRegion region : placed.regions()) {
            region(region.index(), region.guestAddress());
        }
        return this;
    }

    /**
     * Places a region. A guest does not have the regions that are not placed.
     *
     * @param index which, from 0
     * @param guestAddress where the guest has its first byte: a multiple of the page size if the region can be mapped, else
     *     see {@link PassthroughRegion#add}
     * @return this
     * @throws IndexOutOfBoundsException if the device has no region of the index
     */
    public GuestAssignmentBuilder region(int index, long guestAddress) {
        places.put(Objects.checkIndex(index, device.regions().size()), guestAddress);
        return this;
    }

    /**
     * Lets a program answer for some offsets of a region.
     *
     * @param index which region, from 0
     * @param overlay the offsets
     * @return this
     * @throws IndexOutOfBoundsException if the device has no region of the index
     */
    public GuestAssignmentBuilder overlay(int index, Overlay overlay) {
        Objects.checkIndex(index, device.regions().size());
        overlays.computeIfAbsent(index, i -> new ArrayList<>()).add(overlay);
        return this;
    }

    /**
     * Puts what can be mapped into memory slots. Without this all accesses trap.
     *
     * @param guest the VM
     * @param numbers gives the number of a slot that is not in use; called once for each run of pages
     * @return this
     */
    public GuestAssignmentBuilder memorySlots(Vm guest, IntSupplier numbers) {
        vm = Objects.requireNonNull(guest, "guest");
        slots = Objects.requireNonNull(numbers, "numbers");
        return this;
    }

    /**
     * Lets the device reach the guest's memory by DMA, at the guest's own addresses. Without this it reaches none. The
     * memory is locked as long as the device is assigned.
     *
     * @param memory all memory of the guest
     * @return this
     */
    public GuestAssignmentBuilder dma(List<GuestMemory> memory) {
        memories.addAll(memory);
        return this;
    }

    /**
     * Tells KVM of the device as long as it is assigned, for DMA that goes past the caches.
     *
     * @param value of the VM, which has one; it stays its owner's
     * @return this
     */
    public GuestAssignmentBuilder kvmVfio(KvmVfio value) {
        kvmVfio = Objects.requireNonNull(value, "kvmVfio");
        return this;
    }

    /**
     * Assigns a device that no IOMMU keeps off memory. A guest can have it read and write all memory of the host, if it
     * does DMA at all. So this is for devices that do not, such as a clock, and for guests that are trusted like the kernel
     * of the host. A guest's driver gives it guest addresses, which are other memory on the host: even a guest that means
     * no harm overwrites it.
     *
     * @return this
     */
    public GuestAssignmentBuilder allowUnconfinedDma() {
        unconfinedDma = true;
        return this;
    }

    /**
     * Hears of accesses to the rest of the pages of a region.
     *
     * @param value the listener
     * @return this
     */
    public GuestAssignmentBuilder report(UnassignedListener value) {
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /**
     * Assigns the device: maps the guest's memory for it and tells KVM of it, and only then gives its registers to the guest.
     *
     * @param bus the bus of the guest
     * @return the device as it is assigned
     * @throws UnsupportedOperationException if the device has no IOMMU, and that was not {@linkplain #allowUnconfinedDma
     *     allowed}, or a region cannot be accessed
     * @throws IllegalArgumentException if a place is not possible or in use, or an overlay is not inside its region
     * @throws VfioException if the kernel refuses
     * @throws IOException if the live tree cannot be read. In all these cases nothing stays assigned
     */
    public GuestAssignment assign(MmioBus bus) throws IOException {
        requireConfinement();
        requirePlacesOfOverlays();
        GuestAssignment assignment = new GuestAssignment(device);
        boolean complete = false;
        try {
            mapMemory(assignment);
            tellKvm(assignment);
            for (Map.Entry<Integer, Long> place : places.entrySet()) {
                addRegion(assignment, bus, device.regions().get(place.getKey()), place.getValue());
            }
            complete = true;
            return assignment;
        } finally {
            if (!complete) {
                assignment.close();
            }
        }
    }

    private void requireConfinement() {
        Optional<DmaStack> stack = device.stack();
        if (stack.isPresent() && stack.get() != DmaStack.NOIOMMU) {
            return;
        }
        String name = device.entry().name();
        if (!memories.isEmpty()) {
            throw new UnsupportedOperationException(name + " has no IOMMU: the guest's memory cannot be mapped for it");
        }
        if (!unconfinedDma) {
            throw new UnsupportedOperationException(
                    name + " has no IOMMU: a guest could have it write to all memory of the"
                            + " host. If it does no DMA, or the guest is trusted with that, say allowUnconfinedDma()");
        }
    }

    private void requirePlacesOfOverlays() {
        for (int index : overlays.keySet()) {
            if (!places.containsKey(index)) {
                throw new IllegalArgumentException("expected a place for region " + index + " of "
                        + device.entry().name() + ", which has an overlay; there are places for regions "
                        + places.keySet());
            }
        }
    }

    private void mapMemory(GuestAssignment assignment) throws IOException {
        for (GuestMemory memory : memories) {
            DmaMapping mapping =
                    device.dma().map(memory.guestAddress(), memory.hostAddress(), memory.size(), DmaAccess.READ_WRITE);
            assignment.made(mapping::close);
        }
    }

    private void tellKvm(GuestAssignment assignment) throws VfioException {
        if (kvmVfio == null) {
            return;
        }
        KvmVfio told = kvmVfio;
        setKvmFile(told, VfioAttributes.FILE_ADD);
        assignment.made(() -> {
            try {
                // Once it is closed, KVM has let go of all files.
                if (!told.isClosed()) {
                    setKvmFile(told, VfioAttributes.FILE_DEL);
                }
            } catch (VfioException refused) {
                throw new UncheckedIOException(refused);
            }
        });
    }

    private void setKvmFile(KvmVfio told, KvmAttribute attribute) throws VfioException {
        try (FileDescriptor.Lease file = device.kvmFile().lease()) {
            told.device().attributes().set(attribute, file.number());
        }
    }

    private void addRegion(GuestAssignment assignment, MmioBus bus, RegionInfo info, long guestAddress)
            throws IOException {
        List<Overlay> over = overlays.getOrDefault(info.index(), List.of());
        boolean inJava = info.isMappable() && info.size() <= Integer.MAX_VALUE;
        // An access that the device does not answer is told at once, and not when the vCPU's thread is elsewhere.
        Region region = device.region(info.index(), inJava ? Access.MAPPED_CHECKED : Access.AUTOMATIC);
        assignment.add(PassthroughRegion.add(bus, region, guestAddress, device.pageSize(), over, listener));
        if (info.isMappable() && info.isReadable() && vm != null) {
            addSlots(assignment, info, guestAddress, over);
        }
    }

    private void addSlots(GuestAssignment assignment, RegionInfo info, long guestAddress, List<Overlay> over)
            throws VfioException {
        long pageSize = device.pageSize();
        if ((guestAddress & (pageSize - 1)) != 0) {
            throw new IllegalArgumentException("expected a multiple of the page size of 0x" + Long.toHexString(pageSize)
                    + " as the guest address of " + device.entry().name() + " region " + info.index() + ", got 0x"
                    + Long.toHexString(guestAddress));
        }
        if (!info.isWritable() && vm.check(KvmCapability.READONLY_MEM) == 0) {
            return;
        }
        for (PageRun run : PageRun.between(over, info.size(), pageSize)) {
            assignment.add(MappedPages.of(device.device().descriptor(), info, run, vm, slots.getAsInt(), guestAddress));
        }
    }
}
