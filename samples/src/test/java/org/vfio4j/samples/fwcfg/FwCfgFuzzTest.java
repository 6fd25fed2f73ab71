// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices of bad faith. */
@Timeout(120)
class FwCfgFuzzTest {
    private static final int SEEDS = 150;
    private static final int TREES = 25;

    @TempDir
    private Path parent;

    @Test
    void noNameLeavesTheTreeAndEveryFileIsThereByKeyAndByName() throws IOException {
        FwCfgModel model = new FwCfgModel(FwCfgBoard.LAYOUT, new Ram(0, 0));
        try (FwCfgBoard board = FwCfgBoard.of(model)) {
            FwCfg device = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT);
            for (int seed = 0; seed < TREES; seed++) {
                Random random = new Random(seed);
                Set<String> names = new HashSet<>();
                Map<FwCfgFile, byte[]> files = new LinkedHashMap<>();
                for (int i = random.nextInt(30); i > 0; i--) {
                    byte[] bytes = new byte[random.nextInt(20)];
                    random.nextBytes(bytes);
                    String name = HostileNames.next(random);
                    if (names.add(name)) {
                        FwCfgFile file = new FwCfgFile(0x20 + names.size(), name, bytes.length);
                        files.put(file, bytes);
                        model.item(file.key(), bytes);
                    }
                }
                model.item(0x19, DirectoryBytes.of(List.copyOf(files.keySet())));
                verify(seed, files, FwCfgTree.export(device, parent.resolve("tree")));
            }
        }
    }

    private void verify(int seed, Map<FwCfgFile, byte[]> files, Map<FwCfgFile, Path> links) throws IOException {
        Path root = parent.resolve("tree").toRealPath();
        assertThat(parent.toFile().list()).as("seed %d", seed).containsExactlyInAnyOrder("tree", ".tree.exports");
        assertThat(links.keySet()).as("seed %d", seed).containsExactlyElementsOf(files.keySet());
        assertThat(new HashSet<>(links.values())).as("seed %d", seed).hasSize(files.size());
        for (Map.Entry<FwCfgFile, byte[]> entry : files.entrySet()) {
            FwCfgFile file = entry.getKey();
            Path byKey = root.resolve("by_key/" + file.key());
            Path link = links.get(file);
            assertThat(link.normalize())
                    .as("seed %d", seed)
                    .isEqualTo(link)
                    .startsWithRaw(parent.resolve("tree/by_name"));
            assertThat(link.toRealPath()).as("seed %d %s", seed, file).isEqualTo(byKey);
            assertThat(byKey.resolve("raw")).as("seed %d %s", seed, file).hasBinaryContent(entry.getValue());
            assertThat(byKey.resolve("name"))
                    .hasBinaryContent((file.name() + "\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        try (Stream<Path> all = Files.walk(root)) {
            assertThat(all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)))
                    .as("seed %d", seed)
                    .hasSize(5 * files.size() + 1)
                    .allSatisfy(path -> assertThat(path.toRealPath()).startsWith(root));
        }
    }

    /** Some bytes of a good directory are changed: it is read, or refused as a directory. */
    @Test
    void aDirectoryOfAnyBytesIsReadOrRefused() throws IOException {
        int refused = 0;
        FwCfgModel model = new FwCfgModel(FwCfgBoard.LAYOUT, new Ram(0, 0));
        try (FwCfgBoard board = FwCfgBoard.of(model)) {
            FwCfg device = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT);
            for (int seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                byte[] bytes = DirectoryBytes.of(List.of(
                        new FwCfgFile(0x20, "a/b", 5), new FwCfgFile(0x21, "c", 6), new FwCfgFile(0x22, "d", 0)));
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(random.nextBoolean() ? 12 : 4 + 3 * 64)] = (byte) random.nextInt(256);
                }
                model.item(0x19, bytes);
                try {
                    Set<String> names = new HashSet<>();
                    for (FwCfgFile file : device.directory().files()) {
                        assertThat(names.add(file.name())).as("seed %d", seed).isTrue();
                        assertThat(file.name()).as("seed %d", seed).hasSizeBetween(1, 55);
                        assertThat(file.key()).as("seed %d", seed).isBetween(0x20, 0x3fff);
                    }
                } catch (FwCfgDirectoryException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isBetween(SEEDS / 10, SEEDS * 9 / 10);
    }
}
