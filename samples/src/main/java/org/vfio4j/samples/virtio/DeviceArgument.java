// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.dma.DmaStack;

/**
 * How a program of the samples names a device: {@code [--noiommu] DEVICE OPERAND...}.
 *
 * @param noiommu whether the device may have no IOMMU: it can overwrite all memory then, see {@link DmaStack#NOIOMMU}
 * @param device its name, path or alias
 * @param operands what follows
 */
public record DeviceArgument(boolean noiommu, String device, List<String> operands) {
    private static final String NOIOMMU = "--noiommu";

    /**
     * Reads the arguments of a program.
     *
     * @param arguments the arguments
     * @return the device and the operands
     * @throws IllegalArgumentException if there is no device
     */
    public static DeviceArgument of(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean noiommu = !words.isEmpty() && words.get(0).equals(NOIOMMU);
        if (noiommu) {
            words.remove(0);
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("expected [" + NOIOMMU + "] DEVICE ...");
        }
        return new DeviceArgument(noiommu, words.get(0), List.copyOf(words.subList(1, words.size())));
    }

    /**
     * Opens the device on this machine. It is bound to a VFIO driver.
     *
     * @return the device
     * @throws IOException if there is no such device, or the kernel refuses
     */
    public PlatformDevice open() throws IOException {
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        HostFiles files = HostFiles.ofMachine();
        return noiommu
                ? PlatformDevice.open(linux, files, new PlatformBus(files).find(device), DmaStack.NOIOMMU)
                : PlatformDevice.open(linux, files, device);
    }
}
