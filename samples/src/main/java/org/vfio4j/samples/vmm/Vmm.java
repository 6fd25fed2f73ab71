// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.fdt.FdtWriter;
import org.vfio4j.kvm.SystemEvent;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.guest.GuestMemory;
import org.vfio4j.samples.pl011.RawTerminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code samples/vmm}. */
@Command(
        name = "vmm",
        mixinStandardHelpOptions = true,
        usageHelpWidth = 100,
        description = {
            "Run an arm64 Linux in a virtual machine, with devices of this machine.",
            "",
            "The terminal is the guest's console, a PL011. Ctrl-] ends the guest; 'poweroff -f' in it does so, too."
        },
        footerHeading = "%nExample:%n",
        footer = {"  vfio bind 9010000.pl031", "  samples/vmm --kernel Image --initrd initramfs --assign 9010000.pl031"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the guest switched itself off or asked for a reset, or Ctrl-] ended it",
            "1:the kernel refused a step, or the guest cannot go on; said in a line",
            "2:wrong command line"
        })
public final class Vmm implements Callable<Integer> {
    private static final int SEED = 64;

    @Spec
    private CommandSpec spec;

    @Option(names = "--kernel", required = true, paramLabel = "IMAGE", description = "An arm64 kernel, uncompressed.")
    private Path kernelFile;

    @Option(names = "--initrd", paramLabel = "FILE", description = "Its initramfs.")
    private Path initrd;

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            defaultValue = "256",
            description = "MiB of memory. Default: ${DEFAULT-VALUE}.")
    private int memory;

    @Option(names = "--cpus", paramLabel = "N", defaultValue = "1", description = "CPUs. Default: ${DEFAULT-VALUE}.")
    private int cpus;

    @Option(
            names = "--append",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Options for the kernel, behind console=ttyAMA0.")
    private String append;

    @Option(
            names = "--assign",
            paramLabel = "DEVICE",
            description = "A device that is bound to VFIO, by name, path or alias; can be repeated.")
    private List<String> devices = List.of();

    @Option(
            names = "--unconfined-dma",
            description = {
                "Also assign devices without IOMMU. If such a device does DMA, the guest can reach all memory of this"
                        + " machine by it, and does so without meaning to: only for devices that do none."
            })
    private boolean unconfinedDma;

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Vmm()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (!System.getenv().getOrDefault("VFIO_DEBUG", "").isEmpty()) {
                failure.printStackTrace(command.getErr());
            }
            boolean isMissing = failure instanceof NoSuchFileException;
            command.getErr().println("vmm: " + (isMissing ? "there is no file " : "") + failure.getMessage());
            return 1;
        });
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (memory < 1) {
            throw new ParameterException(spec.commandLine(), "--memory is 1 or more, not " + memory);
        }
        if (cpus < 1 || cpus > GuestMap.MAX_CPUS) {
            throw new ParameterException(spec.commandLine(), "--cpus is 1 to " + GuestMap.MAX_CPUS + ", not " + cpus);
        }
        KernelImage kernel = KernelImage.read(kernelFile);
        long initrdSize = initrd == null ? 0 : Files.size(initrd);
        MemoryLayout layout = MemoryLayout.of((long) memory << 20, kernel, initrdSize);
        LinuxSyscalls linux = LinuxSyscalls.ofMachine();
        HostFiles files = HostFiles.ofMachine();
        try (VirtualMachine machine = VirtualMachine.create(
                        linux, layout.memorySize(), cpus, new FileOutputStream(FileDescriptor.out));
                AssignedDevices assigned = AssignedDevices.open(linux, files, devices, unconfinedDma, machine)) {
            load(machine.memory().get(0), layout, kernel, assigned);
            String end = end(run(machine, layout));
            System.err.print(assigned.remarks() + "vmm: " + end + System.lineSeparator());
        }
        return 0;
    }

    private void load(GuestMemory bank, MemoryLayout layout, KernelImage kernel, AssignedDevices assigned)
            throws IOException {
        byte[] seed = new byte[SEED];
        new SecureRandom().nextBytes(seed);
        DeviceTree board = GuestBoard.tree(layout, cpus, ("console=ttyAMA0 " + append).strip(), seed);
        byte[] tree = FdtWriter.write(assigned.describeIn(board));
        if (tree.length > MemoryLayout.BLOCK) {
            throw new IOException("the device tree has " + tree.length + " bytes; Linux takes 2 MiB");
        }
        at(layout.tree(), bank).put(tree);
        load(kernel.file(), kernel.fileSize(), at(layout.kernel(), bank));
        if (initrd != null) {
            load(initrd, layout.initrdSize(), at(layout.initrd(), bank));
        }
    }

    private static ByteBuffer at(long guestAddress, GuestMemory bank) {
        return bank.bytes().position((int) (guestAddress - bank.guestAddress()));
    }

    private static void load(Path file, long size, ByteBuffer memory) throws IOException {
        memory.limit(memory.position() + (int) size);
        try (FileChannel channel = FileChannel.open(file)) {
            while (memory.hasRemaining()) {
                if (channel.read(memory) < 0) {
                    throw new EOFException(file + " has become shorter than " + size + " bytes");
                }
            }
        }
    }

    private static Optional<SystemEvent> run(VirtualMachine machine, MemoryLayout layout)
            throws IOException, InterruptedException {
        Optional<RawTerminal> raw = RawTerminal.ofInput();
        try {
            Keyboard.connect(new FileInputStream(FileDescriptor.in), machine.console(), raw.isPresent(), machine::stop);
            return machine.run(layout.kernel(), layout.tree());
        } finally {
            raw.ifPresent(RawTerminal::close);
        }
    }

    private static String end(Optional<SystemEvent> asked) throws IOException {
        if (asked.isEmpty()) {
            return "ended";
        }
        return switch (asked.get().type()) {
            case SHUTDOWN -> "the guest is switched off";
            case RESET -> "the guest asked for a reset, and is switched off";
            default -> throw new IOException("the guest ended with " + asked.get());
        };
    }
}
