// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.vfio4j.platform.register.RegisterAccessException;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;

/** The files of a device, by its driver. */
record DriverFiles(FwCfg device) implements FirmwareFiles {
    DriverFiles {
        Objects.requireNonNull(device, "device");
    }

    @Override
    public Optional<FwCfgFile> find(String name) throws IOException {
        try {
            return device.directory().find(name);
        } catch (RegisterAccessException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void read(int key, int offset, ByteBuffer into) throws IOException {
        try {
            into.put(device.read(key, Integer.toUnsignedLong(offset), into.remaining()));
        } catch (RegisterAccessException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void write(int key, int offset, ByteBuffer from) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        try {
            device.write(key, Integer.toUnsignedLong(offset), bytes);
        } catch (RegisterAccessException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
