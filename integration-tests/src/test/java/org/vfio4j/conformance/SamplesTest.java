// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.vfio4j.samples.pl031.Alarm;
import org.vfio4j.samples.whichregion.WhichRegion;

/** The samples on a real kernel: they open the machine's devices. */
class SamplesTest extends ConformanceTest {
    private interface Sample {
        void main(String[] arguments) throws IOException;
    }

    private static String run(Sample sample, String... arguments) throws IOException {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            sample.main(arguments);
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theAlarmOfAClock() throws IOException {
        world.needsRealDevices();
        String[] lines = run(Alarm::main, LabDevice.RTC.device, "2").split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).startsWith("it is ");
        Instant time = Instant.parse(lines[0].substring("it is ".length()));
        assertThat(Duration.between(time, Instant.now())).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(lines[1]).isEqualTo("the alarm went off");
    }

    @Test
    void whichRegionIsWhich() throws IOException {
        world.needsRealDevices();
        assertThat(run(WhichRegion::main, LabDevice.DMA.device))
                .isEqualTo("region 0 is reg[0] of /soc@ffe000000/dma@101300 at 0xffe101300\n");
    }
}
