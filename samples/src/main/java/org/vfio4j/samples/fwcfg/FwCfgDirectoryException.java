// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

/** The device's directory of files cannot be. Nothing of it is used. */
public final class FwCfgDirectoryException extends FwCfgException {
    private static final long serialVersionUID = 1L;

    private final int entry;

    FwCfgDirectoryException(int entry, String problem) {
        super("the directory of the fw_cfg device makes no sense: " + (entry < 0 ? "" : "entry " + entry + " ")
                + problem + "; check the offsets of the registers, and what the machine was started with");
        this.entry = entry;
    }

    /** {@return which entry is wrong, from 0; -1 if it is their number} */
    public int entry() {
        return entry;
    }
}
