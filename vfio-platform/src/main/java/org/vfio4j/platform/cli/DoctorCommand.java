// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.DeviceLookupException;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.doctor.Diagnosis;
import org.vfio4j.platform.doctor.Doctor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfio doctor}. */
@Command(
        name = "doctor",
        description = {
            "Find out what keeps VFIO from working, before it does: each finding with one command that mends it.",
            "",
            "Without a device: the kernel, its modules and their parameters, IOMMUs, what this process may do, and which"
                    + " ways there are to open devices. With one: whether VFIO's driver takes it, how it can be opened, and"
                    + " its registers, interrupts, clocks and power. Much of that Linux writes only to its log, and only"
                    + " after it failed.",
            "",
            "It reads files only: nothing is opened, bound or changed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vfio doctor                                   this machine",
            "  vfio doctor ffe220000.sata                    a device of this machine",
            "  vfio doctor --all serial0                     also what is well",
            "  vfio doctor --sim proposal ffe101300.dma      a device of a simulated board"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing worse than a note",
            "1:a problem: a device cannot be bound or opened",
            "2:wrong command line, or unreadable input",
            "3:no such device, or the name fits several",
            "5:no problem, but a warning: something works less well or will fail later"
        })
final class DoctorCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "DEVICE",
            description = "A device name, the path or alias of a device-tree node, or a path below /sys.")
    private String device;

    @Mixin
    private MachineSource source;

    @Option(names = "--all", description = "Show also what is well.")
    private boolean all;

    @Option(names = "--json", description = "One JSON object (see vfio-platform/doc/json.md).")
    private boolean json;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, CliException {
        Diagnosis diagnosis = diagnose(source.machine().files());
        if (json) {
            DoctorJson.print(diagnosis, terminal);
        } else {
            new DoctorReport(diagnosis, all, terminal).print();
        }
        return switch (diagnosis.worst()) {
            case OK, NOTE -> ExitCode.OK;
            case WARNING -> ExitCode.WARNING;
            case PROBLEM -> ExitCode.NEGATIVE;
        };
    }

    private Diagnosis diagnose(HostFiles files) throws IOException, CliException {
        Doctor doctor = Doctor.of(files);
        if (device == null) {
            return doctor.examine();
        }
        try {
            return doctor.examine(new PlatformBus(files).find(device));
        } catch (DeviceLookupException e) {
            throw CliException.noDevice(e, "--sim");
        }
    }
}
