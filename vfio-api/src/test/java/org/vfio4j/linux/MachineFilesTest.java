// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFilesTest {
    private final HostFiles files = HostFiles.ofMachine();

    @TempDir
    private Path directory;

    @Test
    void aFileIsReadToItsEndAndNotToTheSizeThatItClaims() throws Exception {
        Path status = Path.of("/proc/self/status");
        assertThat(Files.size(status)).as("what the file claims").isZero();

        assertThat(new String(files.read(status), StandardCharsets.UTF_8)).contains("Pid:");
    }

    @Test
    void aWriteReplacesTheBeginningAndCreatesNothing() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");

        files.write(file, "ab\n".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("ab\n3456789");
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> files.write(missing, new byte[1])).isInstanceOf(NoSuchFileException.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void aWriteThatTheKernelRefusesIsAnErrorInItsWords() {
        // The kernel takes a number here and answers EINVAL to the rest.
        assertThatThrownBy(() ->
                        files.write(Path.of("/proc/self/oom_score_adj"), "nonsense".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Invalid argument");
    }

    @Test
    void aDirectoryIsListedSorted() throws Exception {
        Files.createFile(directory.resolve("b"));
        Files.createFile(directory.resolve(".hidden"));
        Files.createDirectory(directory.resolve("a"));

        assertThat(files.list(directory)).containsExactly(".hidden", "a", "b");
    }

    @Test
    void whatIsMissingOrOfAnotherKindIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> files.read(missing)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.list(missing)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.list(file)).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> files.readLink(missing)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.readLink(file)).isInstanceOf(NotLinkException.class);
        assertThatThrownBy(() -> files.realPath(missing)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aFileWithoutPermissionIsAccessDenied() throws Exception {
        assumeFalse(System.getProperty("user.name").equals("root"), "not run: root may read every file");
        Path file = Files.createFile(
                directory.resolve("file"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));

        assertThatThrownBy(() -> files.read(file)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void aLinkIsReadAsItStandsAndResolvedWhenAsked() throws Exception {
        Path target = Files.createDirectories(directory.resolve("devices/soc/node"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("devices/../devices/soc/node"));

        assertThat(files.readLink(link)).isEqualTo(Path.of("devices/../devices/soc/node"));
        assertThat(files.realPath(link)).isEqualTo(target.toRealPath());
        assertThat(files.isDirectory(link)).isTrue();
    }

    @Test
    void existenceFollowsLinks() throws Exception {
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));

        assertThat(files.exists(directory)).isTrue();
        assertThat(files.exists(dangling)).isFalse();
        assertThat(files.isDirectory(dangling)).isFalse();
        assertThat(files.isDirectory(Files.createFile(directory.resolve("file"))))
                .isFalse();
    }
}
