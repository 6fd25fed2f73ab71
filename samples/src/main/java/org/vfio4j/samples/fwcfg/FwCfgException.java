// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.io.IOException;

/** Something is wrong with a fw_cfg device, or with what was asked of it. */
public class FwCfgException extends IOException {
    private static final long serialVersionUID = 1L;

    FwCfgException(String message) {
        super(message);
    }
}
