// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.Type1.BOTH;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The module parameter dma_entry_limit: how many DMA mappings a container may have (vfio_dma_do_map). */
class DmaEntryLimitTest extends ConformanceTest {
    private static final Path LIMIT = Path.of("/sys/module/vfio_iommu_type1/parameters/dma_entry_limit");
    private static final long IOVA = 0x10_0000;
    private static final long PAGE = 0x1000;

    @AfterEach
    void restore() {
        sysfs.write(LIMIT, "65535");
    }

    private Type1 withLimit(int entries) {
        sysfs.write(LIMIT, Integer.toString(entries));
        return new Type1(calls, Calls.TYPE1_V2);
    }

    @Test
    void whenAllEntriesAreTakenThereIsNoSpace() {
        Type1 type1 = withLimit(2);
        long memory = calls.pages(2);
        type1.mustMap(memory, IOVA, PAGE);
        type1.mustMap(memory, 2 * IOVA, 2 * PAGE);
        assertThat(type1.map(BOTH, memory, 3 * IOVA, PAGE)).isEqualTo("ENOSPC");
        assertThat(type1.unmap(0, IOVA, PAGE)).isEqualTo("0x1000");
        assertThat(type1.map(BOTH, memory, 3 * IOVA, PAGE)).isEqualTo("ok");
        assertThat(type1.map(BOTH, memory, IOVA, PAGE)).isEqualTo("ENOSPC");
    }

    @Test
    void whatIsSaidBeforeAndBehindIt() {
        Type1 type1 = withLimit(1);
        long memory = calls.pages(1);
        type1.mustMap(memory, IOVA, PAGE);
        assertThat(type1.map(BOTH, memory, IOVA, PAGE)).as("before: overlap").isEqualTo("EEXIST");
        assertThat(type1.map(BOTH, memory, 2 * IOVA, 0)).as("before: size").isEqualTo("EINVAL");
        assertThat(type1.map(BOTH, memory, 0x800_0000, PAGE))
                .as("behind: not a valid IOVA")
                .isEqualTo("ENOSPC");
        assertThat(type1.map(BOTH, 0x1000, 2 * IOVA, PAGE))
                .as("behind: no memory")
                .isEqualTo("ENOSPC");
    }

    @Test
    void aRefusedMappingTakesNoEntry() {
        Type1 type1 = withLimit(1);
        assertThat(type1.map(BOTH, 0x1000, IOVA, PAGE)).isEqualTo("EFAULT");
        assertThat(type1.map(BOTH, calls.pages(1), IOVA, PAGE)).isEqualTo("ok");
    }

    @Test
    void noEntryAtAll() {
        assertThat(withLimit(0).map(BOTH, calls.pages(1), IOVA, PAGE)).isEqualTo("ENOSPC");
    }

    @Test
    void aContainerKeepsTheLimitOfItsSetIommu() {
        Type1 type1 = withLimit(1);
        sysfs.write(LIMIT, "0");
        long memory = calls.pages(1);
        type1.mustMap(memory, IOVA, PAGE);
        Type1 second = new Type1(calls, calls.attach(LabDevice.CRYPTO));
        assertThat(second.map(BOTH, memory, IOVA, PAGE)).isEqualTo("ENOSPC");
    }

    /** param_set_uint of kernel/params.c. */
    @ParameterizedTest
    @CsvSource({
        "'7', 7",
        "'7\n', 7",
        "'+7', 7",
        "'0x1F', 31",
        "'010', 8",
        "'4294967295', 4294967295",
        "'4294967296', Numerical result out of range",
        "'-1', Invalid argument",
        "'08', Invalid argument",
        "'7 ', Invalid argument",
        "'seven', Invalid argument",
        "'0x', Invalid argument"
    })
    void theParameterIsANumber(String text, String expected) {
        String said;
        try {
            sysfs.tryWrite(LIMIT, text);
            said = sysfs.read(LIMIT).strip();
        } catch (IOException refused) {
            said = refused.getMessage();
        }
        assertThat(said).isEqualTo(expected);
    }
}
