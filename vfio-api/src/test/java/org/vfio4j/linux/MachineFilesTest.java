// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert;
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

    @Test
    void aFileIsCreatedWithItsDirectoriesAndOnlyOnce() throws Exception {
        Path file = directory.resolve("a/b/record");

        files.create(file, "one".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("one");
        assertThatThrownBy(() -> files.create(file, "two".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("one");
        assertThat(files.list(file.getParent())).as("no other file is left").containsExactly("record");
    }

    @Test
    void aFileIsReplacedOrCreatedInADirectoryThatIsThere() throws Exception {
        Path file = directory.resolve("record");

        files.replace(file, "a long content".getBytes(StandardCharsets.UTF_8));
        files.replace(file, "short".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("short");
        assertThat(files.list(directory)).containsExactly("record");
        assertThatThrownBy(() -> files.replace(directory.resolve("missing/record"), new byte[1]))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aFileThatCannotBeReplacedIsLeftAndNothingBesideIt() throws Exception {
        Path file = Files.createDirectories(directory.resolve("record/full")).getParent();

        assertThatThrownBy(() -> files.replace(file, new byte[1])).isInstanceOf(IOException.class);

        assertThat(file.resolve("full")).isDirectory();
        assertThat(files.list(directory)).containsExactly("record");
    }

    @Test
    void aFileIsDeletedOnce() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        files.delete(file);

        assertThat(file).doesNotExist();
        assertThatThrownBy(() -> files.delete(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void theErrorNumberOfWhatJavaThrewIsFoundAgain() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(errno(() -> files.read(directory.resolve("missing")))).isEqualTo(Errno.ENOENT);
        assertThat(errno(() -> files.list(file))).isEqualTo(Errno.ENOTDIR);
        assertThat(errno(() -> files.read(file.resolve("below")))).isEqualTo(Errno.ENOTDIR);
        assertThat(errno(() -> files.readLink(file))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> files.create(file, new byte[0]))).isEqualTo(Errno.EEXIST);
        assertThat(errno(() -> files.write(Path.of("/proc/self/oom_score_adj"), new byte[] {'x'})))
                .isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> files.read(Path.of("/proc/self/mem")))).isEqualTo(Errno.EIO);
        assertThat(Errno.of(new IOException("in another language"))).isEqualTo(Errno.UNKNOWN);
        assertThat(Errno.of(new IOException())).isEqualTo(Errno.UNKNOWN);
    }

    private static Errno errno(ThrowableAssert.ThrowingCallable call) {
        return Errno.of(catchThrowableOfType(IOException.class, call));
    }
}
