// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The bus of a guest's assigned devices: a window of guest-physical addresses and a run of shared peripheral interrupts
 * of its GIC.
 *
 * <p>Each region begins at a page of its own, even where the host has it inside a page with other registers: the offset
 * in the host's page is not kept. A driver finds its registers where {@code reg} says, whatever the low bits, and no
 * two regions ever share a guest page. A region as large as a page or larger is aligned to its size rounded up to a
 * power of two, from the start of the window.
 *
 * @param base first guest-physical address of the window, a multiple of the page size, unsigned
 * @param size bytes of the window, a multiple of the page size
 * @param pageSize bytes, a power of two, 4096 or more: the larger one of the page sizes of the guest's kernel and of the
 *     host's, as KVM maps the host's pages
 * @param firstSpi first interrupt of the bus; see {@link PlacedIrq#spi}
 * @param spiCount how many interrupts the bus has
 */
public record GuestPlatformBus(long base, long size, long pageSize, int firstSpi, int spiCount) {
    /** SPIs are INTID 32 to 1019 (GIC architecture, IHI 0069, 2.2). */
    private static final int SPIS = 988;

    /**
     * Checks the window and the interrupts.
     *
     * @throws IllegalArgumentException if they are not as described above
     */
    public GuestPlatformBus {
        expect(
                pageSize >= 4096 && Long.bitCount(pageSize) == 1,
                "a page size of 4096 or a larger power of two",
                pageSize);
        expect((base & (pageSize - 1)) == 0, "a window that begins with a page", base);
        expect(size > 0 && (size & (pageSize - 1)) == 0, "a window of one or more pages", size);
        expect(Long.compareUnsigned(base + (size - 1), base) > 0, "a window that ends below 2^64", size);
        expect(firstSpi >= 0 && firstSpi < SPIS, "a first SPI of 0 to " + (SPIS - 1), firstSpi);
        expect(spiCount >= 0 && spiCount <= SPIS - firstSpi, "SPIs up to " + (SPIS - 1), spiCount);
    }

    private static void expect(boolean condition, String expected, long found) {
        if (!condition) {
            throw new IllegalArgumentException("expected " + expected + "; found 0x" + Long.toHexString(found));
        }
    }

    /**
     * The window and the interrupts that QEMU's machine {@code virt} keeps for devices like these ({@code hw/arm/virt.c}):
     * 32 MiB at 0xc000000 and 64 SPIs from 112, here with pages of 4096 bytes. For regions of a page or more the
     * addresses are the ones that QEMU's {@code hw/core/platform-bus.c} gives, too.
     *
     * @return the bus
     */
    public static GuestPlatformBus ofQemuVirt() {
        return new GuestPlatformBus(0xc00_0000, 0x200_0000, 4096, 112, 64);
    }

    /**
     * Places devices: their regions and interrupts, in the order of the list and of their indices, each at the first
     * place that is free. The same list gives the same places.
     *
     * @param devices the devices, each of another name
     * @return where they are
     * @throws GuestTreeException if the window or the SPIs do not suffice
     * @throws IllegalArgumentException if two devices have one name
     */
    public Placement place(List<DeviceResources> devices) throws GuestTreeException {
        Set<String> names = new HashSet<>();
        for (DeviceResources device : devices) {
            if (!names.add(device.name())) {
                throw new IllegalArgumentException(
                        "expected devices of different names; found " + device.name() + " twice");
            }
        }
        return new Placer(this).place(devices);
    }

    /**
     * Places one device.
     *
     * @param device the device
     * @return where it is
     * @throws GuestTreeException if the window or the SPIs do not suffice
     */
    public Placement place(DeviceResources device) throws GuestTreeException {
        return place(List.of(device));
    }
}
