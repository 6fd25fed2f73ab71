// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.Translation;

/** What a device reaches by DMA, as the kernel has set it up: physical memory, or what an IOMMU maps for its group. */
final class DeviceMemory {
    private final Kernel kernel;
    private final BoardDevice device;

    DeviceMemory(Kernel kernel, BoardDevice device) {
        this.kernel = kernel;
        this.device = device;
    }

    void read(long address, ByteBuffer into) {
        List<ByteBuffer> runs = runs(address, into.remaining(), false);
        VarHandle.fullFence();
        runs.forEach(into::put);
    }

    void write(long address, ByteBuffer from) {
        for (ByteBuffer run : runs(address, from.remaining(), true)) {
            run.put(from.slice().limit(run.remaining()));
            from.position(from.position() + run.limit());
        }
        VarHandle.fullFence();
    }

    /** All is looked at before a byte moves. */
    private List<ByteBuffer> runs(long address, int length, boolean write) {
        List<ByteBuffer> runs = new ArrayList<>();
        int done = 0;
        while (done < length) {
            ByteBuffer bytes = target(address + done, write).bytes();
            int count = Math.min(length - done, bytes.capacity());
            runs.add(bytes.slice(0, count));
            done += count;
        }
        return runs;
    }

    private DmaTarget target(long address, boolean write) {
        IommuGroup group = device.iommuGroup();
        boolean translated = group != null && !group.isNoiommu();
        DmaTarget target = translated ? translate(group, address) : physical(address);
        if (target == null) {
            throw fault(address, write, translated ? "nothing is mapped there" : "no memory of the process is there");
        }
        if (!(write ? target.writable() : target.readable())) {
            throw fault(address, write, "what is mapped there is not for " + (write ? "writing" : "reading"));
        }
        return target;
    }

    private DmaTarget physical(long address) {
        ByteBuffer bytes = toCpu(address).map(kernel.ram()::at).orElse(null);
        return bytes == null ? null : new DmaTarget(bytes, true, true);
    }

    /** Its bus may have memory at other addresses than the CPU. */
    private Optional<Long> toCpu(long address) {
        List<RangesEntry> windows = Addresses.dmaWindows(device.node());
        return windows.isEmpty()
                ? Optional.of(address)
                : windows.stream()
                        .filter(window -> Long.compareUnsigned(address - window.childAddress(), window.size()) < 0)
                        .filter(window -> window.translation() instanceof Translation.Translated)
                        .map(window -> ((Translation.Translated) window.translation()).address()
                                + (address - window.childAddress()))
                        .findFirst();
    }

    /** A device that user space has, but that is attached to nothing, reaches nothing. */
    private DmaTarget translate(IommuGroup iommuGroup, long address) {
        for (VfioGroup group : kernel.vfio().groups()) {
            if (group.iommuGroup() == iommuGroup) {
                return group.translate(address);
            }
        }
        return null;
    }

    private DmaFaultException fault(long address, boolean write, String reason) {
        DmaFault fault = new DmaFault(device.name(), address, write, reason);
        kernel.dmaFaults().add(fault);
        return new DmaFaultException(fault);
    }
}
