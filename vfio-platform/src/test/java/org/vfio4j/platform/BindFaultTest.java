// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.vfio4j.platform.BindBoard.SATA;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.VfioException;

/**
 * Every file operation of binding and of giving back fails in turn, with each error. The exception is a typed one, the
 * device has its former driver, and no record is left.
 */
@Timeout(60)
class BindFaultTest {
    /** Record, override, unbind, bind; unbind, override, bind, override, record. */
    private static final int CHANGES = 9;

    private BindBoard on;
    private FaultyFiles faulty;

    private PlatformBus begin() {
        on = BindBoard.ready();
        on.setOverride(SATA, "ahci");
        faulty = new FaultyFiles(on.board.files());
        return new PlatformBus(faulty.files);
    }

    private void assertAsBefore(String what) {
        assertThat(on.driver(SATA)).as(what).contains("ahci");
        assertThat(on.override(SATA)).as(what).isEqualTo("ahci");
        assertThat(on.records()).as(what).isEmpty();
    }

    private static void assertTyped(IOException failure, Errno errno, String what) {
        assertThat(failure).as(what).isInstanceOf(VfioException.class);
        assertThat(((VfioException) failure).errno()).as(what).isEqualTo(errno);
    }

    /** That a file is not there, or a parameter or process of others is not to be seen, is an answer to a read. */
    private static boolean isError(FaultyFiles.Call call, Errno errno) {
        boolean mayBeHidden = call.file().startsWith("/proc") || call.file().startsWith("/sys/module");
        return call.changes() || errno != Errno.ENOENT && !(errno == Errno.EACCES && mayBeHidden);
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"UNKNOWN", "EACCES", "ENOENT", "EBUSY", "EINVAL", "ENODEV", "EIO", "EAGAIN", "ENOSPC", "EROFS"})
    void anOperationFails(Errno errno) throws IOException {
        PlatformBus counting = begin();
        SysfsDevice sata = counting.find(SATA);
        faulty.begin(errno, number -> false);
        counting.bind(sata).close();
        List<FaultyFiles.Call> operations = faulty.calls();
        int failures = 0;

        for (int at = 0; at < operations.size(); at++) {
            if (isError(operations.get(at), errno)) {
                failAt(at, errno, "operation " + at + ", " + operations.get(at));
                failures++;
            }
        }
        assertThat(failures).isGreaterThanOrEqualTo(CHANGES);
        assertThat(operations.stream().filter(FaultyFiles.Call::changes)).hasSize(CHANGES);
    }

    private void failAt(int at, Errno errno, String what) throws IOException {
        PlatformBus bus = begin();
        SysfsDevice device = bus.find(SATA);
        faulty.begin(errno, number -> number == at);
        Binding binding;
        try {
            binding = bus.bind(device);
        } catch (IOException failure) {
            assertTyped(failure, errno, what);
            assertThat(failure.getSuppressed()).as(what).isEmpty();
            assertAsBefore(what);
            return;
        }
        IOException failure = catchThrowableOfType(IOException.class, binding::close);
        assertThat(failure).as(what + " was done without").isNotNull();
        assertTyped(failure, errno, what);
        assertThat(on.records()).as(what).hasSize(1);
        binding.close();
        assertAsBefore(what + ", tried again");
    }

    /** The first change that fails is followed by no other that succeeds, until somebody tries again later. */
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EACCES", "EIO", "ENOENT", "UNKNOWN"})
    void nothingCanBeChangedAnyMore(Errno errno) throws IOException {
        boolean bound = false;
        for (int at = 0; !bound; at++) {
            int failing = at;
            String what = "from operation " + at;
            PlatformBus bus = begin();
            SysfsDevice device = bus.find(SATA);
            faulty.begin(errno, number -> number >= failing && faulty.last().changes());
            try {
                bus.bind(device);
                bound = true;
            } catch (IOException failure) {
                assertTyped(failure, errno, what);
                // Nothing was changed if the record could not be written; else giving back and letting go fail too.
                assertThat(failure.getSuppressed())
                        .as(what)
                        .hasSize(2 * on.records().size());
                faulty.begin(errno, number -> false);
                if (!on.records().isEmpty()) {
                    bus.unbind(device);
                }
                assertAsBefore(what);
            }
        }
    }
}
