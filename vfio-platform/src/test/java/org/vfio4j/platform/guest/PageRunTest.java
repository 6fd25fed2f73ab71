// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of a region of 0x8000 bytes that a guest may have without a trap, by offset and length of its overlays. */
final class PageRunTest {
    @ParameterizedTest
    @CsvSource({
        "'',0+8000",
        "0+1,1000+7000",
        "fff+1,1000+7000",
        "fff+2,2000+6000",
        "1000+1000,0+1000 2000+6000",
        "7fff+1,0+7000",
        "0+8000,''",
        "1ffc+4 2000+4,0+1000 3000+5000",
        "5000+10 2000+10,0+2000 3000+2000 6000+2000",
        "2000+10 2100+10 2200+1000,0+2000 4000+4000",
    })
    void aPageThatAnOverlayHasAByteOfTraps(String overlays, String runs) {
        List<Overlay> over = overlays.isEmpty()
                ? List.of()
                : Arrays.stream(overlays.split(" "))
                        .map(text -> text.split("\\+"))
                        .map(numbers -> new Overlay(
                                Long.parseLong(numbers[0], 16),
                                Long.parseLong(numbers[1], 16),
                                new RecordingHandler(0)))
                        .toList();

        assertThat(PageRun.between(over, 0x8000, 0x1000).stream()
                        .map(run -> Long.toHexString(run.offset()) + "+" + Long.toHexString(run.length()))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(runs);
    }
}
