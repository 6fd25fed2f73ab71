// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
    private static List<String> paths(String... names) {
        List<FwCfgFile> files = new ArrayList<>();
        for (String name : names) {
            files.add(new FwCfgFile(0x20 + files.size(), name, 0));
        }
        FileNames all = new FileNames(files);
        return files.stream().map(file -> all.path(file).toString()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    bootorder               | bootorder
                    etc/acpi/tables         | etc/acpi/tables
                    genroms/kvmvapic.bin    | genroms/kvmvapic.bin
                    /lead                   | %/lead
                    //                      | %/%/%
                    opt/tail/               | opt/tail/%
                    opt/a//b                | opt/a/%/b
                    ..                      | %2E%2E
                    .                       | %2E
                    ../../etc/passwd        | %2E%2E/%2E%2E/etc/passwd
                    opt/../dots             | opt/%2E%2E/dots
                    opt/./dots              | opt/%2E/dots
                    ...                     | ...
                    .hidden                 | .hidden
                    100%                    | 100%25
                    %2E%2E                  | %252E%252E
                    %file                   | %25file
                    """)
    void aNameIsAPathBelowTheRoot(String name, String expected) {
        assertThat(paths(name)).containsExactly(expected);
    }

    @Test
    void controlCharactersAndOtherBytesAreEscaped() {
        assertThat(paths("a\nb\t\u001b[2J\u007f")).containsExactly("a%0Ab%09%1B[2J%7F");
        assertThat(paths("opt/\u00c3\u00a4")).containsExactly("opt/%C3%A4");
        assertThat(paths("\u0001".repeat(55)).get(0)).hasSize(165);
    }

    /** Linux gives some of these no link, as it makes the link or the directory first that comes first. */
    @Test
    void aDirectoryKeepsItsNameAndTheFileGetsAnother() {
        assertThat(paths("opt/org.test", "opt/org.test/empty|hello"))
                .containsExactly("opt/org.test%file", "opt/org.test/empty|hello");
        assertThat(paths("opt/zdir/sub", "opt/zdir")).containsExactly("opt/zdir/sub", "opt/zdir%file");
        assertThat(paths("opt", "opt/", "opt//")).containsExactly("opt%file", "opt/%%file", "opt/%/%");
        assertThat(paths("/", "", "//")).containsExactly("%/%%file", "%%file", "%/%/%");
    }

    @Test
    void aNameLikeAnAliasIsAnotherPath() {
        assertThat(paths("a", "a/b", "a%file"))
                .containsExactly("a%file", "a/b", "a%25file")
                .doesNotHaveDuplicates();
    }

    @Test
    void ofAnyNamesNoPathIsAnotherOrItsDirectoryOrLeavesTheRoot() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            Set<String> names = new LinkedHashSet<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                names.add(HostileNames.next(random));
            }
            List<String> paths = paths(names.toArray(new String[0]));
            Set<String> all = new HashSet<>(paths);
            assertThat(all).as("seed %d", seed).hasSameSizeAs(paths);
            for (String path : paths) {
                for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                    assertThat(all).as("seed %d", seed).doesNotContain(path.substring(0, slash));
                }
                for (String part : path.split("/", -1)) {
                    assertThat(part).as("seed %d", seed).matches("[ -~]{1,170}").isNotIn(".", "..");
                }
            }
        }
    }
}
