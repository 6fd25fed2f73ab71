// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FwCfgTreeTest {
    private static final FwCfgFile WAIT = new FwCfgFile(32, "etc/boot-fail-wait", 4);
    private static final FwCfgFile TABLES = new FwCfgFile(38, "etc/acpi/tables", 10_000);
    private static final FwCfgFile ORDER = new FwCfgFile(42, "bootorder", 0);

    @TempDir
    private Path parent;

    private final FwCfgModel model = new FwCfgModel(FwCfgBoard.LAYOUT, new Ram(0, 0));
    private FwCfgBoard board;
    private FwCfg device;
    private Path tree;

    @BeforeEach
    void open() throws IOException {
        model.item(WAIT.key(), new byte[] {15, 0, 0, 0})
                .item(TABLES.key(), new byte[10_000])
                .item(ORDER.key(), new byte[0]);
        files(WAIT, TABLES, ORDER);
        board = FwCfgBoard.of(model);
        device = FwCfg.of(board.registers(), FwCfgBoard.LAYOUT);
        tree = parent.resolve("qemu_fw_cfg");
    }

    @AfterEach
    void close() {
        board.close();
    }

    private void files(FwCfgFile... files) {
        model.item(0x19, DirectoryBytes.of(List.of(files)));
    }

    private static List<String> below(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theTreeIsTheOneOfTheProposal() throws IOException {
        Map<FwCfgFile, Path> links = FwCfgTree.export(device, tree);
        assertThat(below(tree.toRealPath()))
                .containsExactly(
                        "by_key/32/key",
                        "by_key/32/name",
                        "by_key/32/raw",
                        "by_key/32/size",
                        "by_key/38/key",
                        "by_key/38/name",
                        "by_key/38/raw",
                        "by_key/38/size",
                        "by_key/42/key",
                        "by_key/42/name",
                        "by_key/42/raw",
                        "by_key/42/size",
                        "by_name/bootorder",
                        "by_name/etc/acpi/tables",
                        "by_name/etc/boot-fail-wait",
                        "rev");
        assertThat(tree.resolve("rev")).hasContent("3\n");
        Path wait = tree.resolve("by_name/etc/boot-fail-wait");
        assertThat(Files.readSymbolicLink(wait)).isEqualTo(Path.of("../../by_key/32"));
        assertThat(wait.resolve("key")).hasContent("32\n");
        assertThat(wait.resolve("name")).hasContent("etc/boot-fail-wait\n");
        assertThat(wait.resolve("size")).hasContent("4\n");
        assertThat(wait.resolve("raw")).hasBinaryContent(new byte[] {15, 0, 0, 0});
        assertThat(Files.readSymbolicLink(tree.resolve("by_name/bootorder"))).isEqualTo(Path.of("../by_key/42"));
        assertThat(tree.resolve("by_name/bootorder/raw")).hasBinaryContent(new byte[0]);
        assertThat(tree.resolve("by_name/etc/acpi/tables/raw")).hasSize(10_000);
        assertThat(links.get(TABLES)).isEqualTo(tree.resolve("by_name/etc/acpi/tables"));
    }

    @Test
    void filesAreForTheirOwnerAndDirectoriesForAll() throws IOException {
        FwCfgTree.export(device, tree);
        Path root = tree.toRealPath();
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            assertThat(files)
                    .hasSize(13)
                    .allSatisfy(file ->
                            assertThat(permissions(file)).as(file.toString()).isEqualTo("r--------"));
        }
        // As this process makes directories otherwise; writable for no others.
        Set<PosixFilePermission> expected = EnumSet.copyOf(Files.getPosixFilePermissions(root.resolve("by_key")));
        expected.removeAll(PosixFilePermissions.fromString("----w--w-"));
        assertThat(permissions(root)).isEqualTo(PosixFilePermissions.toString(expected));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void exportedAgainItIsTheNewOneAndTheOldOneIsCompleteUntilTheNext() throws IOException {
        FwCfgTree.export(device, tree);
        Path first = tree.toRealPath();
        List<String> before = below(first);
        files(WAIT);
        FwCfgTree.export(device, tree);
        assertThat(below(tree.toRealPath())).hasSize(6);
        assertThat(below(first)).isEqualTo(before);
        FwCfgTree.export(device, tree);
        assertThat(first).doesNotExist();
        assertThat(parent.toFile().list()).containsExactlyInAnyOrder("qemu_fw_cfg", ".qemu_fw_cfg.exports");
    }

    @Test
    void anExportThatFailsChangesNothing() throws IOException {
        FwCfgTree.export(device, tree);
        Path first = tree.toRealPath();
        files(WAIT, new FwCfgFile(33, WAIT.name(), 1));
        assertThatThrownBy(() -> FwCfgTree.export(device, tree)).isInstanceOf(FwCfgDirectoryException.class);
        assertThat(tree.toRealPath()).isEqualTo(first);
        assertThat(tree.resolve("rev")).hasContent("3\n");
        try (Stream<Path> left = Files.list(first.getParent())) {
            assertThat(left.filter(Files::isDirectory)).containsExactly(first);
        }
    }

    @Test
    void aFirstExportThatFailsLeavesNoTree() {
        files(new FwCfgFile(5, "x", 1));
        assertThatThrownBy(() -> FwCfgTree.export(device, tree)).isInstanceOf(FwCfgDirectoryException.class);
        assertThat(tree).doesNotExist();
    }

    @Test
    void nothingOfSomebodyElseIsReplaced() throws IOException {
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Files.createFile(elsewhere.resolve("file"));
        for (Path there : List.of(
                Files.createDirectory(parent.resolve("directory")),
                Files.createFile(parent.resolve("file")),
                Files.createSymbolicLink(parent.resolve("link"), elsewhere),
                Files.createSymbolicLink(parent.resolve("dangling"), parent.resolve("none")))) {
            assertThatThrownBy(() -> FwCfgTree.export(device, there))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining("no earlier export");
        }
        assertThat(elsewhere.resolve("file")).exists();
        assertThat(parent.toFile().list())
                .containsExactlyInAnyOrder("elsewhere", "directory", "file", "link", "dangling");
        for (String name : List.of("/", "..", ".", "a/..", "")) {
            assertThatThrownBy(() -> FwCfgTree.export(device, Path.of(name)))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
    }

    @Test
    void onlyOneExportAtATime() throws IOException {
        FwCfgTree.export(device, tree);
        Path lock = parent.resolve(".qemu_fw_cfg.exports/lock");
        try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            other.lock();
            assertThatThrownBy(() -> FwCfgTree.export(device, tree))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("another export");
        }
        FwCfgTree.export(device, tree);
    }

    @Test
    void whatAnExportThatWasKilledLeftIsRemoved() throws IOException {
        FwCfgTree.export(device, tree);
        Path half = Files.createDirectories(parent.resolve(".qemu_fw_cfg.exports/123/by_key"));
        Files.createSymbolicLink(half.resolve("away"), parent);
        FwCfgTree.export(device, tree);
        assertThat(half.getParent()).doesNotExist();
        assertThat(parent).exists();
    }

    /** A look counts if no export began meanwhile: it may see one end, but nobody has taken its tree away. */
    @Test
    void aReaderNeverSeesHalfATree() throws Exception {
        FwCfgTree.export(device, tree);
        List<String> expected = below(tree.toRealPath());
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger looks = new AtomicInteger();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            Callable<Void> reader = () -> {
                while (begun.get() >= 0) {
                    int before = begun.get();
                    List<String> seen = null;
                    try {
                        seen = below(tree.toRealPath());
                    } catch (NoSuchFileException | UncheckedIOException gone) {
                        assertThat(begun.get()).isNotEqualTo(before);
                    }
                    if (begun.get() == before) {
                        assertThat(seen).isEqualTo(expected);
                        looks.incrementAndGet();
                    }
                }
                return null;
            };
            List<Future<Void>> results = List.of(readers.submit(reader), readers.submit(reader));
            for (int i = 1; i <= 12 || looks.get() < 10; i++) {
                begun.set(i);
                FwCfgTree.export(device, tree);
            }
            begun.set(-1);
            for (Future<Void> result : results) {
                result.get();
            }
        } finally {
            begun.set(-1);
            readers.shutdownNow();
        }
    }
}
