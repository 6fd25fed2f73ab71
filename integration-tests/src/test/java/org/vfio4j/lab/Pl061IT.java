// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver of the GPIO controller on QEMU's, whose line 3 is the machine's power button: the monitor's command {@code
 * system_powerdown} presses it for a tenth of a second of the guest's time (hw/gpio/gpio_key.c of QEMU).
 */
class Pl061IT {
    private static final String NAME = "pl061";

    /** Linux's own driver makes an interrupt controller of the device, and VFIO does not get the line any more. */
    private static final List<String> WITHOUT_LINUX_DRIVER =
            List.of("--boot", "initcall_blacklist=pl061_gpio_driver_init");

    /** Longer than the button is pressed. */
    private static final Duration PRESS = Duration.ofMillis(400);

    /** One after the other in one guest. Each ends after as many interrupts as it is told. */
    private static final String WATCHES =
            "for watch in rising:3 falling:3 both:8 high:8; do \"$@\" ${watch%:*} ${watch#*:}; sleep 1; done";

    private RunningGuest guest;
    private Qmp monitor;

    /** Presses the button until there were so many interrupts. What the line was seen to be, for each press. */
    private List<List<String>> press(String trigger, int interrupts) throws IOException, InterruptedException {
        assertThat(guest.nextLine()).isEqualTo("waiting for line 3, " + trigger);
        List<List<String>> presses = new ArrayList<>();
        int seen = 0;
        while (seen < interrupts) {
            monitor.execute("system_powerdown");
            List<String> states = new ArrayList<>();
            Optional<String> line = Optional.of(guest.nextLine());
            while (line.isPresent()) {
                String[] numberAndState = line.get().split(": ");
                assertThat(numberAndState[0]).isEqualTo(Integer.toString(++seen));
                states.add(numberAndState[1]);
                line = guest.nextLine(PRESS);
            }
            presses.add(states);
        }
        assertThat(seen).as(trigger + " " + presses).isEqualTo(interrupts);
        return presses;
    }

    /** A press is over before a guest that is slow has looked: then two edges are one, and the line is seen low. */
    @Test
    void theButtonIsSeenAsEdgesAndAsLevel(@TempDir Path sockets) throws Exception {
        Path socket = sockets.resolve("qmp");
        List<String> options = new ArrayList<>(Qmp.options(socket));
        options.addAll(WITHOUT_LINUX_DRIVER);
        options.addAll(List.of(
                "--timeout", "600", "--work", Lab.newWorkWithSamples(NAME).toString()));
        String[] command = Stream.concat(
                        Stream.of("sh", "-ec", WATCHES, "sh"),
                        Arrays.stream(Lab.sample("pl061.Watch", "9030000.pl061", "3")))
                .toArray(String[]::new);
        try (RunningGuest started = Lab.provisioned().start(NAME, options, command)) {
            guest = started;
            guest.awaitFile(socket);
            try (Qmp connected = Qmp.connect(socket)) {
                monitor = connected;
                assertThat(press("RISING", 3)).hasSize(3);
                assertThat(press("FALLING", 3)).hasSize(3).containsOnly(List.of("low"));
                List<List<String>> both = press("BOTH", 8);
                assertThat(both)
                        .contains(List.of("high", "low"))
                        .isSubsetOf(List.of("high", "low"), List.of("low"), List.of("high"));
                assertThat(press("HIGH", 8))
                        .as("an edge would be one for each press")
                        .hasSizeLessThan(8);
            }
            GuestRun run = guest.end();
            assertThat(run.code()).as(run.toString()).isZero();
        }
    }
}
