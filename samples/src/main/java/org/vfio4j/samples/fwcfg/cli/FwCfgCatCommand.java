// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vfio4j.platform.cli.CliException;
import org.vfio4j.platform.cli.CommandContext;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgDirectory;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.WellKnownItem;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code vfio fwcfg cat}. */
@Command(
        name = "cat",
        description = "Print a file, or another item, byte for byte.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio fwcfg cat etc/table-loader | xxd",
            "  vfio fwcfg cat --key 0x05 | od -An -tu2            the number of CPUs",
            "  vfio fwcfg cat etc/acpi/tables --offset 36 --length 64",
            "  vfio fwcfg cat --sim virt opt/org.example/greeting"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:printed",
            "2:wrong command line, no such file, or the device does not do what it should",
            "3:no such device, or several",
            "4:the kernel refused a step",
            "6:the device is not bound to VFIO"
        })
final class FwCfgCatCommand implements Callable<Integer> {
    private static final int MOST = 1 << 30;

    private static final class Item {
        @Parameters(paramLabel = "NAME", description = "The file's name.")
        private String name;

        @Option(
                names = {"-k", "--key"},
                paramLabel = "KEY",
                converter = Key.class,
                description = "The item's key, hexadecimal with 0x; 'vfio fwcfg list' shows those of the files.")
        private Integer key;
    }

    /** Decimal, or hexadecimal with 0x. */
    static final class Key implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                return Integer.decode(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("expected a number, hexadecimal with 0x, and not '" + text + "'");
            }
        }
    }

    private final CommandContext context;

    @Mixin
    private FwCfgChoice choice;

    @ArgGroup(multiplicity = "1")
    private final Item item = new Item();

    @Option(
            names = "--offset",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "Where to begin; what is before it is not read.")
    private long offset;

    @Option(
            names = "--length",
            paramLabel = "BYTES",
            description =
                    "How many bytes; without it, all. It is needed for an item of which nothing says how long it is.")
    private Integer length;

    FwCfgCatCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, CliException {
        if (offset < 0 || length != null && (length < 0 || length > MOST)) {
            throw CliException.usage("expected an --offset from 0 and a --length from 0 to " + MOST);
        }
        choice.use(context, this::print);
        return 0;
    }

    private void print(FwCfg device) throws IOException, CliException {
        Optional<FwCfgFile> file = file(device);
        if (file.isPresent() && offset == 0 && length == null) {
            device.copy(file.get(), context.bytes());
            return;
        }
        int key = file.map(FwCfgFile::key).orElse(item.key == null ? 0 : item.key);
        long size = file.map(FwCfgFile::size)
                .orElseGet(() ->
                        WellKnownItem.of(key).map(known -> (long) known.size()).orElse(-1L));
        long count = length != null ? length : size - offset;
        if (length == null && size < 0) {
            throw CliException.usage(
                    "nothing says how long the item 0x" + Integer.toHexString(key) + " is; give its --length");
        }
        if (size >= 0 && (offset > size || count > size - offset)) {
            throw CliException.usage("the item has " + size + " bytes, and not " + count + " from " + offset + " on");
        }
        if (count > MOST) {
            throw CliException.usage(
                    "expected at most " + MOST + " bytes at a time, and not " + count + "; give a --length");
        }
        context.bytes().write(device.read(key, offset, (int) count));
    }

    private Optional<FwCfgFile> file(FwCfg device) throws IOException, CliException {
        FwCfgDirectory directory = device.directory();
        if (item.key != null) {
            return directory.find(item.key);
        }
        // The device's names are bytes; a character of the command line may be several.
        byte[] typed = item.name.getBytes(StandardCharsets.UTF_8);
        String name = new String(typed, StandardCharsets.ISO_8859_1);
        return Optional.of(directory
                .find(name)
                .orElseThrow(() -> CliException.usage("the fw_cfg device has no file '" + item.name
                        + "'; 'vfio fwcfg list' shows the " + directory.files().size() + " that it has")));
    }
}
