// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Scripts with bytes changed at random: they run, or are refused with the loader's fault and leave nothing. */
class LoaderFuzzTest {
    private static final int SCRIPTS = 20_000;
    private static final long SEED = 4711;

    private final Map<LoaderFault, Integer> faults = new EnumMap<>(LoaderFault.class);
    private int completed;

    @Test
    void changedScriptsGiveNothingButTheFaultsOfTheLoader() {
        Random random = new Random(SEED);
        for (int i = 0; i < SCRIPTS; i++) {
            byte[] script = script();
            change(script, random);
            run(script, random, i);
        }
        assertThat(completed).isPositive();
        assertThat(faults.keySet())
                .contains(
                        LoaderFault.NAME,
                        LoaderFault.ALIGNMENT,
                        LoaderFault.ZONE,
                        LoaderFault.POINTER_SIZE,
                        LoaderFault.UNKNOWN_FILE,
                        LoaderFault.RANGE,
                        LoaderFault.SOURCE_OFFSET,
                        LoaderFault.NOT_TAKEN);
    }

    @Test
    void scriptsOfChanceGiveNothingButTheFaultsOfTheLoader() {
        Random random = new Random(SEED);
        for (int i = 0; i < SCRIPTS; i++) {
            byte[] script = new byte[random.nextInt(6) == 0 ? random.nextInt(700) : 128 * random.nextInt(6)];
            random.nextBytes(script);
            for (int entry = 0; entry + 128 <= script.length; entry += 128) {
                script[entry] = (byte) random.nextInt(6);
                script[entry + 1] = 0;
                script[entry + 2] = 0;
                script[entry + 3] = 0;
            }
            run(script, random, i);
        }
        assertThat(faults).containsKeys(LoaderFault.SCRIPT_SIZE, LoaderFault.NAME);
    }

    private static byte[] script() {
        return new ScriptText()
                .allocate("a", 16, 1)
                .allocate("t", 64, 2)
                .addPointer("a", 0, 8, "t")
                .addPointer("a", 8, 4, "t")
                .addChecksum("a", 12, 0, 16)
                .writePointer("addr", 0, 8, "t", 4)
                .writePointer("addr", 8, 4, "a", 1)
                .bytes();
    }

    private static void change(byte[] script, Random random) {
        int changes = random.nextInt(4);
        int[] interesting = {0, 4, 5, 59, 60, 61, 64, 68, 115, 116, 119, 120, 124};
        for (int i = 0; i < changes; i++) {
            int entry = 128 * random.nextInt(script.length / 128);
            int at = random.nextBoolean() ? random.nextInt(128) : interesting[random.nextInt(interesting.length)];
            script[entry + at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(18));
        }
        if (random.nextInt(8) == 0) {
            // Another file in place of the device's.
            script[128 * (5 + random.nextInt(2)) + 4] = 't';
            script[128 * 5 + 5] = 0;
            script[128 * 6 + 5] = 0;
        }
    }

    private void run(byte[] script, Random random, int number) {
        byte[] content = new byte[16];
        content[0] = (byte) random.nextInt(40);
        FakeFirmware firmware = new FakeFirmware()
                .file("a", content)
                .file("t", new byte[32])
                .file("e", new byte[0])
                .promising("h", 0xffff_ff00L)
                .writable("addr", new byte[12])
                .file(LinkerLoader.SCRIPT, script);
        HeapMemory piece = new HeapMemory(0x4000_0000L, 0x2000);
        ZonedMemory memory = ZonedMemory.withoutLegacySegment(List.of(piece));
        ReplayJournal journal = new ReplayJournal(firmware, new SystemStates(true), 4);
        try {
            new LinkerLoader(firmware, memory, journal, LoaderOptions.STRICT).run();
            completed++;
        } catch (LoaderException e) {
            faults.merge(e.fault(), 1, Integer::sum);
            assertThat(memory.allocatedBytes())
                    .as("seed %d script %d", SEED, number)
                    .isZero();
            assertThat(firmware.content("addr"))
                    .as("seed %d script %d", SEED, number)
                    .containsOnly(0);
            assertThat(journal.records()).as("seed %d script %d", SEED, number).isEmpty();
        } catch (RuntimeException e) {
            fail("seed " + SEED + " script " + number, e);
        }
    }
}
