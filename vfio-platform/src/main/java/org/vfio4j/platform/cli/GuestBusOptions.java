// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.util.List;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.guest.tree.GuestPlatformBus;
import picocli.CommandLine.Option;

/** The options that say where in a guest devices are placed. The defaults are those of QEMU's machine virt. */
final class GuestBusOptions {
    @Option(
            names = "--window",
            paramLabel = "ADDRESS",
            converter = Unsigned.class,
            defaultValue = "0xc000000",
            description = "Where the guest's window for devices begins. Default: ${DEFAULT-VALUE}, as in QEMU's virt.")
    private long window;

    @Option(
            names = "--window-size",
            paramLabel = "BYTES",
            converter = Unsigned.class,
            defaultValue = "0x2000000",
            description = "How large it is. Default: ${DEFAULT-VALUE}.")
    private long windowSize;

    @Option(
            names = "--first-spi",
            paramLabel = "N",
            defaultValue = "112",
            description = "First SPI for the devices: INTID - 32. Default: ${DEFAULT-VALUE}, as in QEMU's virt.")
    private int firstSpi;

    @Option(
            names = "--spis",
            paramLabel = "N",
            defaultValue = "64",
            description = "How many there are. Default: ${DEFAULT-VALUE}.")
    private int spis;

    @Option(
            names = "--page-size",
            paramLabel = "BYTES",
            converter = PageSize.class,
            description = "The page size of the guest's kernel (4096, 16384 or 65536) if it is larger than the host's.")
    private Integer pageSize;

    /**
     * The bus that the options describe.
     *
     * @param inspections the devices; the host's page size is theirs
     * @return the bus
     * @throws CliException if there can be no such bus
     */
    GuestPlatformBus bus(List<Inspection> inspections) throws CliException {
        long pages = pageSize == null ? 4096 : pageSize;
        for (Inspection inspection : inspections) {
            pages = Math.max(pages, inspection.pageSize());
        }
        try {
            return new GuestPlatformBus(window, windowSize, pages, firstSpi, spis);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--window, --window-size, --first-spi, --spis: " + e.getMessage());
        }
    }
}
