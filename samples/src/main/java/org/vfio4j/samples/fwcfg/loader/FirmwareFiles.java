// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.util.Optional;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;

/** The files of a fw_cfg device, as the loader needs them. */
public interface FirmwareFiles extends FirmwareItems {
    /**
     * Looks a file up.
     *
     * @param name its name
     * @return the file; empty if there is none
     * @throws IOException if the directory cannot be read
     */
    Optional<FwCfgFile> find(String name) throws IOException;

    /**
     * The files of a device.
     *
     * @param device the device; for scripts that write pointers it has to use DMA
     * @return its files; the directory is read whenever a file is looked up
     */
    static FirmwareFiles of(FwCfg device) {
        return new DriverFiles(device);
    }
}
