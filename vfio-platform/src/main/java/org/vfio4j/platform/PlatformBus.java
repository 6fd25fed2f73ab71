// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.List;
import org.vfio4j.linux.HostFiles;

/** The platform and the AMBA bus of a machine. Reads sysfs at each call; loads nothing native. */
public final class PlatformBus {
    private final HostFiles files;

    /**
     * The buses of a machine.
     *
     * @param files the machine's files
     */
    public PlatformBus(HostFiles files) {
        this.files = files;
    }

    /**
     * The devices of both buses.
     *
     * @return the devices, platform before AMBA, each by name
     * @throws IOException if sysfs cannot be read
     */
    public List<SysfsDevice> list() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Finds a device.
     *
     * @param device a device name ({@code ffe220000.sata}), a device-tree path or alias ({@code
     *     /soc@ffe000000/sata@220000}, {@code serial0}), or an absolute path of either below {@code /sys} or {@code
     *     /proc/device-tree}
     * @return the device
     * @throws DeviceLookupException if there is none, or more than one
     * @throws IOException if sysfs cannot be read
     */
    public SysfsDevice find(String device) throws IOException {
        throw new UnsupportedOperationException();
    }
}
