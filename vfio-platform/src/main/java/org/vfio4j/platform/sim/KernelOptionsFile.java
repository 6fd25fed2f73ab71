// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** /proc/config.gz: the options of what the simulation has, as if Linux had been built with them. */
final class KernelOptionsFile {
    private KernelOptionsFile() {}

    static byte[] packed(KernelConfig config) {
        StringBuilder text =
                new StringBuilder("#\n# Linux/arm64 " + config.release().osRelease() + " Kernel Configuration\n#\n");
        options(config)
                .forEach((option, on) ->
                        text.append(on ? "CONFIG_" + option + "=y\n" : "# CONFIG_" + option + " is not set\n"));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static Map<String, Boolean> options(KernelConfig config) {
        Map<String, Boolean> options = new LinkedHashMap<>();
        options.put("IKCONFIG_PROC", true);
        options.put("ARCH_DMA_DEFAULT_COHERENT", config.cacheCoherent());
        options.put("ARM_SMMU", true);
        options.put("ARM_SMMU_V3", true);
        options.put("IOMMUFD", config.iommufd());
        options.put("IOMMUFD_VFIO_CONTAINER", false);
        options.put("VFIO", true);
        options.put("VFIO_DEVICE_CDEV", config.iommufd());
        options.put("VFIO_GROUP", true);
        options.put("VFIO_CONTAINER", true);
        options.put("VFIO_IOMMU_TYPE1", true);
        options.put("VFIO_NOIOMMU", true);
        options.put("VFIO_PLATFORM", true);
        options.put("VFIO_AMBA", true);
        return options;
    }
}
