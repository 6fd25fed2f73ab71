// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.loader.LoaderCommand.AddChecksum;
import org.vfio4j.samples.fwcfg.loader.LoaderCommand.AddPointer;
import org.vfio4j.samples.fwcfg.loader.LoaderCommand.Allocate;
import org.vfio4j.samples.fwcfg.loader.LoaderCommand.Skipped;
import org.vfio4j.samples.fwcfg.loader.LoaderCommand.WritePointer;

/** One run of a script. Files are linked in the heap; memory and devices are written when nothing more can be wrong. */
final class LoaderRun {
    private final FirmwareFiles files;
    private final ZonedMemory memory;
    private final LoaderOptions options;
    private final ToldPointers told;

    private final Map<String, TableImage> images = new LinkedHashMap<>();
    private final List<ToldPointers.Pointer> pointers = new ArrayList<>();
    private final Set<String> narrow = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    LoaderRun(FirmwareFiles files, ZonedMemory memory, ReplayJournal journal, LoaderOptions options) {
        this.files = files;
        this.memory = memory;
        this.options = options;
        this.told = new ToldPointers(files, journal);
    }

    LoadedTables run() throws LoaderException {
        List<LoaderCommand> commands = new LoaderScript(options).parse(script());
        for (LoaderCommand command : commands) {
            noteNarrowPointers(command);
        }
        try {
            for (LoaderCommand command : commands) {
                execute(command);
            }
            for (TableImage image : images.values()) {
                image.store();
            }
            told.tell(pointers);
        } catch (LoaderException | RuntimeException | Error e) {
            undo(e);
            throw e;
        }
        return result();
    }

    private LoadedTables result() {
        Map<String, LoadedFile> loaded = new LinkedHashMap<>();
        images.values().forEach(image -> loaded.put(image.name(), image.loaded()));
        return new LoadedTables(memory, loaded, told.sources(), warnings);
    }

    private void undo(Throwable failure) {
        Set<String> stillKnown = told.undo(failure);
        for (TableImage image : images.values()) {
            if (!stillKnown.contains(image.name())) {
                image.block().ifPresent(memory::free);
            }
        }
    }

    private byte[] script() throws LoaderException {
        try {
            FwCfgFile script = files.find(LinkerLoader.SCRIPT)
                    .orElseThrow(() -> LoaderException.ofScript(LoaderFault.NO_SCRIPT, "there is no such file", null));
            if (script.size() > Integer.MAX_VALUE - Long.BYTES) {
                throw LoaderException.ofScript(LoaderFault.SCRIPT_SIZE, script.size() + " bytes are too many", null);
            }
            return read(script);
        } catch (LoaderException e) {
            throw e;
        } catch (IOException e) {
            throw LoaderException.ofScript(LoaderFault.READ, e.getMessage(), e);
        }
    }

    private byte[] read(FwCfgFile file) throws IOException {
        byte[] bytes = new byte[(int) file.size()];
        files.read(file.key(), 0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private void noteNarrowPointers(LoaderCommand command) {
        if (command instanceof AddPointer pointer && pointer.size() < Long.BYTES) {
            narrow.add(pointer.source());
        } else if (command instanceof WritePointer pointer && pointer.size() < Long.BYTES) {
            narrow.add(pointer.source());
        }
    }

    private void execute(LoaderCommand command) throws LoaderException {
        if (command instanceof Allocate allocate) {
            allocate(allocate);
        } else if (command instanceof AddPointer pointer) {
            link(pointer);
        } else if (command instanceof AddChecksum checksum) {
            sum(checksum);
        } else if (command instanceof WritePointer pointer) {
            plan(pointer);
        } else if (command instanceof Skipped skipped && skipped.command() != 0) {
            warnings.add("entry " + skipped.entry() + ": command " + Integer.toUnsignedString(skipped.command())
                    + " is not known, and is skipped");
        }
    }

    private void allocate(Allocate command) throws LoaderException {
        if (images.containsKey(command.file())) {
            throw fail(LoaderFault.DUPLICATE_FILE, command, "it is allocated already");
        }
        FwCfgFile file = directoryEntry(command, command.file());
        if (file.size() == 0) {
            if (!options.emptyFiles()) {
                throw fail(LoaderFault.EMPTY_FILE, command, "the file has no bytes");
            }
            warnings.add("entry " + command.entry() + ": " + command.file() + " has no bytes, and gets no memory");
            images.put(command.file(), new TableImage(command.file(), new byte[0], Optional.empty()));
            return;
        }
        Zone zone = zone(command);
        Optional<MemoryBlock> block = file.size() > Integer.MAX_VALUE - Long.BYTES
                ? Optional.empty()
                : memory.allocate(zone, file.size(), command.alignment());
        if (block.isEmpty()) {
            throw fail(LoaderFault.NO_MEMORY, command, "no room for " + file.size() + " bytes in zone " + zone);
        }
        // Known before it is read, so that a failure frees it.
        TableImage image = new TableImage(command.file(), new byte[(int) file.size()], block);
        images.put(command.file(), image);
        try {
            files.read(file.key(), 0, ByteBuffer.wrap(image.bytes()));
        } catch (IOException e) {
            throw LoaderException.ofEntry(LoaderFault.READ, command.entry(), command + ": " + e.getMessage(), e);
        }
    }

    /** The zone of the script; below 4 GiB if it is free to choose and a narrow pointer points there. */
    private Zone zone(Allocate command) {
        boolean free = command.zone() == Zone.HIGH || !memory.hasLegacySegment();
        return free && narrow.contains(command.file()) ? Zone.LOW : command.zone();
    }

    private void link(AddPointer command) throws LoaderException {
        TableImage destination = image(command, command.destination());
        TableImage source = image(command, command.source());
        requireInside(command, "the pointer", command.offset(), command.size(), destination.size());
        long offset = destination.number(command.offset(), command.size());
        long address = address(command, source, offset, command.size());
        destination.putNumber(command.offset(), command.size(), address);
    }

    private void sum(AddChecksum command) throws LoaderException {
        TableImage image = image(command, command.file());
        requireInside(command, "the result", command.result(), 1, image.size());
        requireInside(command, "the range", command.start(), command.length(), image.size());
        if (command.result() < command.start() || command.result() >= command.start() + command.length()) {
            warnings.add("entry " + command.entry() + ": the result at " + command.result()
                    + " is not among the bytes that are summed up");
        }
        image.subtractSum(command.result(), command.start(), command.length());
    }

    private void plan(WritePointer command) throws LoaderException {
        FwCfgFile destination = directoryEntry(command, command.destination());
        TableImage source = image(command, command.source());
        requireInside(command, "the pointer", command.destinationOffset(), command.size(), destination.size());
        long address = address(command, source, command.sourceOffset(), command.size());
        pointers.add(new ToldPointers.Pointer(
                command,
                destination.key(),
                (int) command.destinationOffset(),
                address,
                source.block().orElseThrow().memory()));
    }

    /** The address of an offset in a file, which has to be in it, and to fit the pointer. */
    private static long address(LoaderCommand command, TableImage source, long offset, int size)
            throws LoaderException {
        if (Long.compareUnsigned(offset, source.size()) >= 0) {
            throw fail(
                    LoaderFault.SOURCE_OFFSET,
                    command,
                    "points to byte 0x" + Long.toHexString(offset) + " of 0x" + Long.toHexString(source.size()));
        }
        long address = source.block().orElseThrow().address() + offset;
        if (size < Long.BYTES && address >>> (8 * size) != 0) {
            throw fail(
                    LoaderFault.NOT_REPRESENTABLE,
                    command,
                    "address 0x" + Long.toHexString(address) + " does not fit " + size + " bytes");
        }
        return address;
    }

    private FwCfgFile directoryEntry(LoaderCommand command, String name) throws LoaderException {
        try {
            return files.find(name)
                    .orElseThrow(() -> fail(LoaderFault.UNKNOWN_FILE, command, "there is no file '" + name + "'"));
        } catch (LoaderException e) {
            throw e;
        } catch (IOException e) {
            throw LoaderException.ofEntry(LoaderFault.READ, command.entry(), command + ": " + e.getMessage(), e);
        }
    }

    private TableImage image(LoaderCommand command, String name) throws LoaderException {
        TableImage image = images.get(name);
        if (image == null) {
            throw fail(LoaderFault.UNKNOWN_FILE, command, "'" + name + "' is not allocated before");
        }
        return image;
    }

    private static void requireInside(LoaderCommand command, String what, long offset, long length, long size)
            throws LoaderException {
        if (offset + length > size) {
            throw fail(
                    LoaderFault.RANGE,
                    command,
                    what + " of " + length + " bytes at 0x" + Long.toHexString(offset) + " is not in the file of 0x"
                            + Long.toHexString(size));
        }
    }

    private static LoaderException fail(LoaderFault fault, LoaderCommand command, String message) {
        return LoaderException.ofEntry(fault, command.entry(), command + ": " + message);
    }
}
