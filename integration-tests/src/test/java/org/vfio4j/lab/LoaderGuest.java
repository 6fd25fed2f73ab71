// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.PlatformDevice;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.dma.DmaBuffer;
import org.vfio4j.platform.dma.DmaRequest;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.Architecture;
import org.vfio4j.samples.fwcfg.FwCfg;
import org.vfio4j.samples.fwcfg.FwCfgFile;
import org.vfio4j.samples.fwcfg.RegisterLayout;
import org.vfio4j.samples.fwcfg.TransferMemory;
import org.vfio4j.samples.fwcfg.loader.FirmwareFiles;
import org.vfio4j.samples.fwcfg.loader.LinkerLoader;
import org.vfio4j.samples.fwcfg.loader.LoadedFile;
import org.vfio4j.samples.fwcfg.loader.LoadedTables;
import org.vfio4j.samples.fwcfg.loader.LoaderOptions;
import org.vfio4j.samples.fwcfg.loader.ReplayException;
import org.vfio4j.samples.fwcfg.loader.ReplayJournal;
import org.vfio4j.samples.fwcfg.loader.ResetKind;
import org.vfio4j.samples.fwcfg.loader.TableMemory;
import org.vfio4j.samples.fwcfg.loader.ZonedMemory;
import org.vfio4j.vfio.VfioException;

/**
 * What {@link LoaderIT} runs in a guest: takes fw_cfg from Linux, runs the loader's script into memory without an IOMMU,
 * and tells what came of it. Goes on when the host has made a file, as the host looks at the machine in between.
 */
public final class LoaderGuest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MEMORY = 1 << 20;

    private final PlatformDevice device;
    private final FwCfg driver;
    private final ReplayJournal journal;

    private LoaderGuest(PlatformDevice device) throws IOException {
        this.device = device;
        Region registers = device.region(0);
        RegisterLayout layout = RegisterLayout.of(Architecture.ofHost(), registers.size());
        driver = FwCfg.of(registers, layout, TransferMemory.of(device.dma(), MEMORY), TIMEOUT);
        journal = ReplayJournal.of(driver, TransferMemory.of(device.dma(), Long.BYTES), TIMEOUT, 4);
        device.onReset(() -> {
            driver.deviceWasReset();
            System.out.println("replayed " + journal.reset(ResetKind.DEVICES));
        });
    }

    /**
     * Runs it.
     *
     * @param arguments the file whose making says that the device was told something else, or none if it is told nothing
     * @throws Exception if something fails, or is not as it should be
     */
    public static void main(String[] arguments) throws Exception {
        PlatformBus bus = new PlatformBus(HostFiles.ofMachine());
        // Not given back: Linux's driver takes no device a second time (EBUSY of fw_cfg_sysfs_probe).
        SysfsDevice bound = bus.bind(bus.find("9020000.fw-cfg")).device();
        try (PlatformDevice device =
                PlatformDevice.open(LinuxSyscalls.ofMachine(), HostFiles.ofMachine(), bound, DmaStack.NOIOMMU)) {
            LoaderGuest guest = new LoaderGuest(device);
            try (DmaBuffer tables = device.dma().allocate(DmaRequest.of(MEMORY).contiguously())) {
                guest.load(tables);
                awaitHost("looked");
                if (arguments.length > 0) {
                    guest.replay(arguments[0]);
                }
            }
            guest.replayWithoutMemory();
        }
    }

    private void load(DmaBuffer memory) throws IOException {
        ZonedMemory zones = ZonedMemory.withoutLegacySegment(List.of(TableMemory.of(memory)));
        LoadedTables tables = new LinkerLoader(FirmwareFiles.of(driver), zones, journal, LoaderOptions.STRICT).run();
        for (LoadedFile file : tables.files()) {
            System.out.println("file " + file.name() + " " + file.address() + " " + file.size());
        }
        System.out.println("records " + journal.records());
    }

    private void replay(String file) throws Exception {
        FwCfgFile told = driver.directory().get(file);
        System.out.println("before " + HexFormat.of().formatHex(driver.read(told)));
        try {
            device.reset();
        } catch (VfioException e) {
            // And so nothing was replayed.
            System.out.println("reset " + e.errno());
        }
        System.out.println("still " + HexFormat.of().formatHex(driver.read(told)));
        driver.deviceWasReset();
        System.out.println("replayed " + journal.reset(ResetKind.DEVICES));
        awaitHost("looked-again");
    }

    private void replayWithoutMemory() throws IOException {
        try {
            System.out.println("replayed " + journal.reset(ResetKind.DEVICES));
        } catch (ReplayException e) {
            System.out.println("refused " + e.fault());
        }
    }

    private static void awaitHost(String file) throws InterruptedException {
        System.out.println("awaits " + file);
        while (!Files.exists(Path.of("/work", file))) {
            Thread.sleep(50);
        }
    }
}
