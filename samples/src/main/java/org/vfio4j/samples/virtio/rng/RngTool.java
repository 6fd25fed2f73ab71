// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.rng;

import java.io.IOException;
import java.util.HexFormat;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.samples.virtio.DeviceArgument;

/** Prints random bytes of a virtio entropy device: {@code RngTool [--noiommu] DEVICE COUNT}. The device is bound to a VFIO driver. */
public final class RngTool {
    private RngTool() {}

    /**
     * Runs the sample.
     *
     * @param arguments a device's name, path or alias, and a number of bytes
     * @throws IOException if the device cannot be opened, or gives no bytes
     */
    public static void main(String[] arguments) throws IOException {
        DeviceArgument argument = DeviceArgument.of(arguments);
        if (argument.operands().size() != 1) {
            throw new IllegalArgumentException("expected [--noiommu] DEVICE COUNT");
        }
        byte[] bytes = new byte[Integer.parseUnsignedInt(argument.operands().get(0))];
        try (PlatformDevice device = argument.open();
                VirtioRng rng = VirtioRng.open(device)) {
            rng.fill(bytes);
        }
        System.out.println(HexFormat.of().formatHex(bytes));
    }
}
