// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.util.Optional;
import org.vfio4j.vfio.VfioException;

/**
 * A device that was given to a VFIO driver, until this is closed; then it has the driver and the {@code driver_override}
 * that it had before, or none.
 *
 * <pre>{@code
 * PlatformBus bus = new PlatformBus(files);
 * try (Binding binding = bus.bind(bus.find("9010000.pl031"));
 *         PlatformDevice rtc = PlatformDevice.open(linux, files, binding.device())) {
 *     Region registers = rtc.region(0);
 * }
 * }</pre>
 *
 * <p>What it had before is recorded in a file first, so a process that ends without closing loses nothing: {@link
 * PlatformBus#unbind} or {@code vfio unbind} gives the device back, and a new {@link PlatformBus#bind} finishes what the
 * old one began. All methods are safe for use by several threads.
 */
public final class Binding implements AutoCloseable {
    private final Binder binder;
    private final SysfsDevice device;
    private final Optional<BindingRecord> record;
    private boolean closed;

    private Binding(Binder binder, SysfsDevice device, Optional<BindingRecord> record) {
        this.binder = binder;
        this.device = device;
        this.record = record;
        this.closed = record.isEmpty();
    }

    static Binding of(Binder binder, SysfsDevice device, BindingRecord record) {
        return new Binding(binder, device, Optional.of(record));
    }

    /** Of a device that somebody else bound, who also has it given back. */
    static Binding ofOther(Binder binder, SysfsDevice device) {
        return new Binding(binder, device, Optional.empty());
    }

    /** {@return the device as sysfs shows it with the VFIO driver, for {@link PlatformDevice#open}} */
    public SysfsDevice device() {
        return device;
    }

    /**
     * Whether the device had this driver before: the boot, or {@code vfio bind}, gave it to VFIO. Then it stays as it is,
     * and {@link #detach} and {@link #close} do nothing.
     *
     * @return true if it had
     */
    public boolean wasBound() {
        return record.isEmpty();
    }

    /** {@return the driver that gets the device back; empty if it had none, or {@link #wasBound}} */
    public Optional<String> formerDriver() {
        return record.flatMap(known -> known.former().driver());
    }

    /**
     * Leaves the device bound, also when this process ends. {@link #close} does nothing then; {@link PlatformBus#unbind} or
     * {@code vfio unbind} gives the device back.
     *
     * @throws VfioException if the record cannot be written
     * @throws IllegalStateException if the device was given back already
     */
    public synchronized void detach() throws IOException {
        if (record.isPresent()) {
            if (closed) {
                throw new IllegalStateException(device.name() + " was given back or detached already");
            }
            binder.detach(record.get());
            closed = true;
        }
    }

    /**
     * Gives the device back. It has to be closed first: the kernel would wait for that, so an open one is an exception.
     * Closing again does nothing; after an exception it tries again. A device that somebody else gave back, as {@link
     * PlatformBus#unbind} does, stays as it is.
     *
     * @throws VfioException if the kernel refuses; the record stays, so that it can be tried again
     * @throws BindingException if the device is in use, or somebody gave it to a third driver meanwhile
     */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            binder.close(record.orElseThrow());
            closed = true;
        }
    }
}
