// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.util.EnumMap;
import java.util.Map;
import org.vfio4j.linux.Errno;

/**
 * What each error means at each step, as the sources of Linux have it: tables of steps, and for an error that a step has
 * no row for, a table of errors.
 */
final class Explanations {
    private static final Map<Step, Map<Errno, Explanation>> BY_STEP = byStep();

    private static final Map<Errno, Explanation> BY_ERRNO = byErrno();

    private static final String LOOK_AT_THE_LOG = "look for the reason in the kernel's log: dmesg | tail";

    private Explanations() {}

    static Explanation of(Step step, Errno errno) {
        Explanation ofStep = BY_STEP.getOrDefault(step, Map.of()).get(errno);
        if (ofStep != null) {
            return ofStep;
        }
        Explanation ofErrno = BY_ERRNO.get(errno);
        return ofErrno != null ? ofErrno : new Explanation(lowerCase(errno.text()), LOOK_AT_THE_LOG);
    }

    /** What can be said of an error without a number. */
    static Explanation unknown(String text) {
        return new Explanation(text, LOOK_AT_THE_LOG);
    }

    /** {@return all rows of the tables of steps} */
    static Map<Step, Map<Errno, Explanation>> all() {
        return BY_STEP;
    }

    private static String lowerCase(String text) {
        boolean isAbbreviation = !Character.isLowerCase(text.charAt(1));
        return isAbbreviation ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static Map<Step, Map<Errno, Explanation>> byStep() {
        Table table = new Table();
        BindingExplanations.addTo(table);
        GroupExplanations.addTo(table);
        DeviceExplanations.addTo(table);
        IrqExplanations.addTo(table);
        Type1Explanations.addTo(table);
        IommufdExplanations.addTo(table);
        KvmExplanations.addTo(table);
        VmExplanations.addTo(table);
        VcpuExplanations.addTo(table);
        return table.rows;
    }

    private static Map<Errno, Explanation> byErrno() {
        Map<Errno, Explanation> rows = new EnumMap<>(Errno.class);
        rows.put(
                Errno.EACCES,
                new Explanation(
                        "no permission for the file", "run as root, or give the user the file with a udev rule"));
        rows.put(Errno.EPERM, new Explanation("a capability is missing", "run as root"));
        rows.put(
                Errno.EMFILE,
                new Explanation("this process has as many files open as it may", "raise the limit: ulimit -n 65536"));
        rows.put(
                Errno.ENFILE,
                new Explanation("the machine has as many files open as it may", "sysctl fs.file-max=1000000"));
        rows.put(
                Errno.ENOMEM,
                new Explanation(
                        "the kernel has no memory for it", "free memory, or raise the limit of the control group"));
        rows.put(
                Errno.ENOTTY,
                new Explanation(
                        "this kernel or driver does not know the call", "use a kernel that has it, see uname -r"));
        rows.put(
                Errno.EBADF,
                new Explanation(
                        "the descriptor is not open",
                        "find who closes descriptors that it does not own: strace -e close"));
        rows.put(
                Errno.EFAULT,
                new Explanation(
                        "an address of the call is not mapped", "keep buffers reachable until the call returns"));
        rows.put(Errno.ENODEV, new Explanation("the device is gone", "bind the device to its VFIO driver again"));
        return rows;
    }

    /** The rows of the steps while they are added. */
    static final class Table {
        private final Map<Step, Map<Errno, Explanation>> rows = new EnumMap<>(Step.class);

        /** Adds a row. */
        Table row(Step step, Errno errno, String meaning, String remedy) {
            Explanation before = rows.computeIfAbsent(step, s -> new EnumMap<>(Errno.class))
                    .put(errno, new Explanation(meaning, remedy));
            if (before != null) {
                throw new IllegalStateException(step + " " + errno + " has two rows");
            }
            return this;
        }
    }
}
