// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.register.Region;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which register a command is about: device, region, offset and width. */
final class RegisterPlace {
    /** What is done with a region that is open. */
    interface Action {
        void run(Region region) throws IOException, CliException;
    }

    @Mixin
    private DeviceChoice source;

    @Parameters(
            index = "1",
            paramLabel = "REGION",
            description = "Index of the region, or its name in reg-names; 'vfio inspect DEVICE' shows both.")
    private String region;

    @Parameters(
            index = "2",
            paramLabel = "OFFSET",
            converter = Unsigned.class,
            description = "Bytes from the start of the region, hexadecimal with 0x; a multiple of the width.")
    private long offset;

    @Option(
            names = {"-w", "--width"},
            paramLabel = "BITS",
            defaultValue = "32",
            converter = RegisterWidth.Converter.class,
            description = "8, 16, 32 (the default) or 64. A region that cannot be mapped has no accesses of 64 bits.")
    private RegisterWidth width;

    long offset() {
        return offset;
    }

    RegisterWidth width() {
        return width;
    }

    /**
     * Opens the device and the region, and does something with it.
     *
     * @param action what
     * @throws CliException if there is no such region or register
     * @throws IOException if the kernel refuses
     */
    void use(Action action) throws IOException, CliException {
        try (PlatformDevice device = source.open()) {
            Region found = region(device);
            try {
                action.run(found);
            } catch (IllegalArgumentException | IndexOutOfBoundsException | UnsupportedOperationException no) {
                throw CliException.usage(no.getMessage());
            }
        }
    }

    private Region region(PlatformDevice device) throws IOException, CliException {
        try {
            return region.matches("\\d{1,9}") ? device.region(index(device)) : device.region(region);
        } catch (IllegalArgumentException | UnsupportedOperationException no) {
            throw CliException.usage(no.getMessage());
        }
    }

    private int index(PlatformDevice device) {
        int index = Integer.parseInt(region);
        int count = device.regions().size();
        if (index >= count) {
            throw new IllegalArgumentException(device.entry().name() + " has "
                    + (count == 0 ? "no regions" : "regions 0 to " + (count - 1)) + ", and no region " + index);
        }
        return index;
    }
}
