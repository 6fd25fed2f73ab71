// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What has to be known to give a device back. It is a file of lines {@code key=value}, so that a person can read it too.
 *
 * @param device the device's name in sysfs
 * @param driver the VFIO driver that it is given to
 * @param former what it had before
 * @param owner who gives it back; empty if whoever wants may
 */
record BindingRecord(String device, String driver, DriverState former, Optional<Owner> owner) {
    private static final String FORMAT = "vfio4j.binding/1";

    /** A process: its number, and when it started as {@link ProcessStat#start} has it. */
    record Owner(long pid, long start) {
        static Owner of(ProcessStat process) {
            return new Owner(process.pid(), process.start());
        }
    }

    BindingRecord ownedBy(Owner process) {
        return new BindingRecord(device, driver, former, Optional.of(process));
    }

    BindingRecord ownedByNobody() {
        return new BindingRecord(device, driver, former, Optional.empty());
    }

    /**
     * The former state, after a process began to bind the device and did not get to the end, or somebody changed things by
     * hand: what of the present state is not ours counts, and what is ours stands for what was before.
     */
    DriverState formerOf(DriverState now) {
        boolean isOurDriver = now.driver().isEmpty() || now.driver().get().equals(driver);
        boolean isOurOverride = now.override().equals(Optional.of(driver));
        return new DriverState(
                isOurDriver ? former.driver() : now.driver(), isOurOverride ? former.override() : now.override());
    }

    byte[] format() {
        StringBuilder text = new StringBuilder();
        text.append("format=").append(FORMAT).append('\n');
        text.append("device=").append(device).append('\n');
        text.append("driver=").append(driver).append('\n');
        former.driver()
                .ifPresent(name -> text.append("former-driver=").append(name).append('\n'));
        former.override()
                .ifPresent(name -> text.append("former-override=").append(name).append('\n'));
        owner.ifPresent(process -> text.append("owner=")
                .append(process.pid())
                .append(' ')
                .append(process.start())
                .append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what {@link #format} wrote; empty if it is something else. */
    static Optional<BindingRecord> parse(byte[] file) {
        Map<String, String> values = new HashMap<>();
        for (String line : new String(file, StandardCharsets.UTF_8).lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0 || values.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
                return Optional.empty();
            }
        }
        String owner = values.get("owner");
        boolean isWhole = FORMAT.equals(values.get("format"))
                && values.containsKey("device")
                && values.containsKey("driver")
                && (owner == null || owner.matches("\\d{1,18} \\d{1,18}"));
        if (!isWhole) {
            return Optional.empty();
        }
        DriverState former = new DriverState(
                Optional.ofNullable(values.get("former-driver")), Optional.ofNullable(values.get("former-override")));
        return Optional.of(new BindingRecord(
                values.get("device"),
                values.get("driver"),
                former,
                Optional.ofNullable(owner).map(BindingRecord::owner)));
    }

    private static Owner owner(String text) {
        String[] numbers = text.split(" ");
        return new Owner(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }
}
