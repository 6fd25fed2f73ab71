// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.vfio4j.samples.fwcfg.FwCfgFile;

/**
 * Which sleep states of ACPI a machine offers: {@code etc/system-states}, a byte for each of S0 to S5, of which bit 7 says
 * that the state is offered ({@code hw/acpi} of QEMU).
 *
 * @param suspendToRam whether S3 is offered
 */
public record SystemStates(boolean suspendToRam) {
    /** The file. */
    public static final String FILE = "etc/system-states";

    private static final int STATES = 6;
    private static final int S3 = 3;
    private static final int OFFERED = 0x80;

    /**
     * Asks a machine.
     *
     * @param files of its fw_cfg device
     * @return its states; none if it has no such file, or one of another size
     * @throws IOException if the file cannot be read
     */
    public static SystemStates read(FirmwareFiles files) throws IOException {
        Optional<FwCfgFile> file = files.find(FILE);
        if (file.isEmpty() || file.get().size() != STATES) {
            return new SystemStates(false);
        }
        byte[] states = new byte[STATES];
        files.read(file.get().key(), 0, ByteBuffer.wrap(states));
        return new SystemStates((states[S3] & OFFERED) != 0);
    }
}
