// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.vfio4j.vfio.abi.VfioFlags;

/** The devices that do something, and where their registers are. */
final class DeviceModels {
    /** The registers of a device with a model. */
    record Window(long address, long size, int region, BoardDevice device) {
        /** The first page and the page behind the last one would wrap at the end of the address space; sizes do not. */
        boolean sharesPage(DeviceRegion other, int pageSize) {
            long first = address & -pageSize;
            long last = (address + size - 1) | (pageSize - 1);
            long otherLast = other.address() + other.size() - 1;
            return Long.compareUnsigned(other.address(), last) <= 0 && Long.compareUnsigned(otherLast, first) >= 0;
        }
    }

    private final List<Window> windows = new ArrayList<>();
    private final Map<BoardDevice, DeviceModel> models = new HashMap<>();
    private final int pageSize;

    DeviceModels(int pageSize) {
        this.pageSize = pageSize;
    }

    /** To be called before any device is used: it depends on models what can be mapped. */
    void add(BoardDevice device, Kernel kernel, Function<DevicePort, DeviceModel> maker) {
        List<DeviceRegion> regions = VfioDevice.regionsOf(device.mapping(), pageSize);
        for (int i = 0; i < regions.size(); i++) {
            windows.add(new Window(regions.get(i).address(), regions.get(i).size(), i, device));
        }
        models.put(device, maker.apply(new DevicePort(kernel, device)));
    }

    /** A JVM cannot trap loads and stores, so what shares a page with a model has no MMAP flag. */
    DeviceRegion trapped(DeviceRegion region) {
        boolean shared = windows.stream().anyMatch(window -> window.sharesPage(region, pageSize));
        return shared
                ? new DeviceRegion(
                        region.address(),
                        region.size(),
                        region.memory(),
                        region.flags() & ~VfioFlags.VFIO_REGION_INFO_FLAG_MMAP)
                : region;
    }

    Optional<Window> at(long address) {
        return windows.stream()
                .filter(window -> Long.compareUnsigned(address - window.address(), window.size()) < 0)
                .findFirst();
    }

    long read(Window window, long address, int width) {
        long value = models.get(window.device()).read(window.region(), address - window.address(), width);
        return value & (1L << (8 * width)) - 1;
    }

    void write(Window window, long address, int width, long value) {
        models.get(window.device()).write(window.region(), address - window.address(), width, value);
    }

    /** What the device's reset function does. */
    void reset(BoardDevice device) {
        DeviceModel model = models.get(device);
        if (model != null) {
            model.reset();
        }
    }
}
