// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vfio4j.platform.guest.tree.DeviceResources.IrqResource;
import org.vfio4j.platform.guest.tree.DeviceResources.RegionResource;
import org.vfio4j.platform.guest.tree.GuestTreeException.Kind;

/** Gives each region the first free place in the window, and each interrupt the next SPI. */
final class Placer {
    private final GuestPlatformBus bus;
    /** What is taken, in bytes from the start of the window: first byte to first byte behind. */
    private final TreeMap<Long, Long> taken = new TreeMap<>();

    private int nextSpi;

    Placer(GuestPlatformBus bus) {
        this.bus = bus;
        this.nextSpi = bus.firstSpi();
    }

    Placement place(List<DeviceResources> devices) throws GuestTreeException {
        List<PlacedDevice> placed = new ArrayList<>();
        for (DeviceResources device : devices) {
            List<PlacedRegion> regions = new ArrayList<>();
            for (RegionResource region : device.regions()) {
                regions.add(new PlacedRegion(region.index(), bus.base() + offset(device, region), region.size()));
            }
            List<PlacedIrq> irqs = new ArrayList<>();
            for (IrqResource irq : device.irqs()) {
                irqs.add(new PlacedIrq(irq.index(), spi(device, irq), irq.isLevel()));
            }
            placed.add(new PlacedDevice(device.name(), regions, irqs));
        }
        return new Placement(bus, placed);
    }

    private long offset(DeviceResources device, RegionResource region) throws GuestTreeException {
        // A region of no bytes has an address all the same, so that those after it keep their index in reg.
        long size = Math.max(region.size(), 1);
        if (region.size() < 0 || size > bus.size()) {
            throw full(device, region);
        }
        long span = alignUp(size, bus.pageSize());
        long alignment = Math.max(bus.pageSize(), roundUpToPowerOfTwo(size));
        long offset = 0;
        Map.Entry<Long, Long> before;
        while ((before = taken.lowerEntry(offset + span)) != null && before.getValue() > offset) {
            offset = alignUp(before.getValue(), alignment);
        }
        if (offset > bus.size() - span) {
            throw full(device, region);
        }
        taken.put(offset, offset + span);
        return offset;
    }

    private static long alignUp(long value, long alignment) {
        return value + (alignment - 1) & -alignment;
    }

    private static long roundUpToPowerOfTwo(long value) {
        long highest = Long.highestOneBit(value);
        return highest == value ? value : highest << 1;
    }

    private GuestTreeException full(DeviceResources device, RegionResource region) {
        long used = taken.values().stream().mapToLong(end -> end).max().orElse(0);
        return new GuestTreeException(
                Kind.WINDOW_FULL,
                "region " + region.index() + " of " + device.name() + " needs 0x" + Long.toHexString(region.size())
                        + " bytes, and the window of 0x" + Long.toHexString(bus.size()) + " bytes is taken up to 0x"
                        + Long.toHexString(used) + ": give the bus a larger window");
    }

    private int spi(DeviceResources device, IrqResource irq) throws GuestTreeException {
        if (nextSpi == bus.firstSpi() + bus.spiCount()) {
            throw new GuestTreeException(
                    Kind.NO_SPI_LEFT,
                    "interrupt " + irq.index() + " of " + device.name() + " needs an SPI, and the bus has "
                            + bus.spiCount() + " from " + bus.firstSpi() + ", all taken: give the bus more");
        }
        return nextSpi++;
    }
}
