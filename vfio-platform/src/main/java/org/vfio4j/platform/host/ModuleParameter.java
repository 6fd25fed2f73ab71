// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.vfio4j.linux.HostFiles;

/**
 * A parameter of a kernel module, also of one that is built in.
 *
 * @param module name of the module, with underscores
 * @param name name of the parameter
 */
public record ModuleParameter(String module, String name) {
    /** VFIO for devices without an IOMMU ({@code drivers/vfio/group.c}). */
    public static final ModuleParameter NOIOMMU_MODE = new ModuleParameter("vfio", "enable_unsafe_noiommu_mode");

    /** Type 1 without isolation of message-signalled interrupts ({@code drivers/vfio/vfio_iommu_type1.c}). */
    public static final ModuleParameter UNSAFE_INTERRUPTS_OF_TYPE1 =
            new ModuleParameter("vfio_iommu_type1", "allow_unsafe_interrupts");

    /** The same for iommufd ({@code drivers/iommu/iommufd/device.c}). */
    public static final ModuleParameter UNSAFE_INTERRUPTS_OF_IOMMUFD =
            new ModuleParameter("iommufd", "allow_unsafe_interrupts");

    /** How many mappings a container may have. */
    public static final ModuleParameter DMA_ENTRY_LIMIT = new ModuleParameter("vfio_iommu_type1", "dma_entry_limit");

    /**
     * Whether a driver of platform devices takes only those that it has a reset function for.
     *
     * @param driver {@code vfio-platform} or {@code vfio-devtree}
     * @return the parameter
     */
    public static ModuleParameter resetRequired(String driver) {
        return new ModuleParameter(driver.replace('-', '_'), "reset_required");
    }

    /** {@return the file in sysfs} */
    public Path path() {
        return Path.of("/sys/module", module, "parameters", name);
    }

    /** {@return the name on the kernel's command line, {@code module.name}} */
    public String option() {
        return module + "." + name;
    }

    /**
     * Reads it.
     *
     * @param files the machine's files
     * @return the value; empty if the module is not loaded or has no such parameter
     * @throws IOException if it cannot be read
     */
    public Optional<String> value(HostFiles files) throws IOException {
        return HostText.of(files, path());
    }

    /**
     * Reads one that is on or off.
     *
     * @param files the machine's files
     * @return true if it is on
     * @throws IOException if it cannot be read
     */
    public boolean isOn(HostFiles files) throws IOException {
        return value(files).filter("Y"::equals).isPresent();
    }
}
