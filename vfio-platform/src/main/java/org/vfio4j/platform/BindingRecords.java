// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.BindingException.Reason;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * The record of one device's former driver. Its file is there from before the first change until the device was given
 * back. It is on a file system that is new at each boot, as drivers and {@code driver_override} are.
 */
final class BindingRecords {
    private final HostFiles files;
    private final String device;
    private final Path file;

    BindingRecords(HostFiles files, Path directory, SysfsDevice device) {
        this.files = files;
        this.device = device.name();
        this.file = directory.resolve(PlatformBus.directoryOf(device.bus()).getFileName() + "-" + device.name());
    }

    /** The record; empty if there is none. */
    Optional<BindingRecord> read() throws IOException {
        byte[] bytes;
        try {
            bytes = files.read(file);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw failed(failure);
        }
        BindingRecord read = BindingRecord.parse(bytes)
                .filter(candidate -> candidate.device().equals(device))
                .orElseThrow(() -> new BindingException(
                        Reason.RECORD_DAMAGED,
                        device,
                        "the record of its former driver, " + file + ", is damaged",
                        "look at the file, restore the driver by hand, and delete the file"));
        return Optional.of(read);
    }

    /** The record, if no process that runs owns it; an exception says which one does. */
    Optional<BindingRecord> readUnlessOwned(boolean evenByThisProcess) throws IOException {
        Optional<BindingRecord> record = read();
        Optional<BindingRecord.Owner> owner = record.flatMap(BindingRecord::owner);
        if (owner.isPresent() && !(evenByThisProcess && owner.get().equals(self()))) {
            Optional<ProcessStat> process = running(owner.get());
            if (process.isPresent()) {
                throw owned(process.get().toString());
            }
        }
        return record;
    }

    /** Writes the first record of a device. */
    void create(BindingRecord record) throws IOException {
        try {
            files.create(file, record.format());
        } catch (FileAlreadyExistsException another) {
            throw owned("somebody else, at this moment,");
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    /** Writes a record in the place of the one that is there. */
    void replace(BindingRecord record) throws VfioException {
        try {
            files.replace(file, record.format());
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    void delete() throws VfioException {
        try {
            files.delete(file);
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    /** The process that this is. */
    BindingRecord.Owner self() throws VfioException {
        try {
            return BindingRecord.Owner.of(ProcessStat.self(files));
        } catch (IOException failure) {
            throw VfioException.of(Step.KEEP_RECORD, device, failure);
        }
    }

    private Optional<ProcessStat> running(BindingRecord.Owner owner) throws VfioException {
        try {
            return ProcessStat.of(files, owner.pid())
                    .filter(process -> process.start() == owner.start() && !process.ended());
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    private BindingException owned(String who) {
        return new BindingException(
                Reason.OWNED, device, who + " has bound it to VFIO", "end that process, which gives the device back");
    }

    private VfioException failed(IOException failure) {
        return VfioException.of(Step.KEEP_RECORD, device + " in " + file, failure);
    }
}
