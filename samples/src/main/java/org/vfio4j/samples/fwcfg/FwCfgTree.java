// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The files of a device as a directory, in the shape of Linux's {@code /sys/firmware/qemu_fw_cfg} ({@code
 * Documentation/ABI/testing/sysfs-firmware-qemu_fw_cfg}):
 *
 * <pre>
 * by_key/32/key     32
 * by_key/32/name    etc/boot-fail-wait
 * by_key/32/raw     the file itself
 * by_key/32/size    4
 * by_name/etc/boot-fail-wait -> ../../by_key/32
 * rev               3
 * </pre>
 *
 * <p>Every file is there by its key and by its name. A name that cannot be a path is written otherwise, and so is one that
 * is also the directory of another; then they differ from Linux, where some such files are lost:
 *
 * <ul>
 *   <li>control characters, bytes beyond ASCII and {@code %} are {@code %XX};
 *   <li>the parts {@code .} and {@code ..} are {@code %2E} and {@code %2E%2E};
 *   <li>an empty part, of a leading, trailing or double slash, is {@code %};
 *   <li>{@code opt/a} beside {@code opt/a/b} is {@code opt/a%file}.
 * </ul>
 *
 * <p>It is a snapshot. There is no live mount: of the Java libraries for FUSE, jfuse needs Java 22, and jnr-fuse is for
 * libfuse 2, which has no maintainer.
 */
public final class FwCfgTree {
    private FwCfgTree() {}

    /**
     * Writes the files of a device into a directory that readers see at once or not at all. It is a symbolic link, to a
     * directory beside it: exported again, the link goes to the new one. Who is in the old one finds it complete until the
     * next export.
     *
     * @param device the device
     * @param directory the link: not there yet, or an earlier export
     * @return for each file its link below {@code directory}, in the order of the device
     * @throws java.nio.file.FileAlreadyExistsException if there is something that is no earlier export
     * @throws FwCfgException if the device does not give a file, or its directory cannot be; nothing was exported
     * @throws IOException if the directory cannot be written; nothing was exported
     */
    public static Map<FwCfgFile, Path> export(FwCfg device, Path directory) throws IOException {
        Map<FwCfgFile, Path> links = new LinkedHashMap<>();
        AtomicDirectory.replace(
                directory,
                root -> write(device, root)
                        .forEach((file, link) -> links.put(file, directory.resolve(root.relativize(link)))));
        return links;
    }

    /**
     * Writes the files of a device into a directory, one after the other.
     *
     * @param device the device
     * @param root the directory, which is there and empty
     * @return for each file its link, in the order of the device
     * @throws FwCfgException if the device does not give a file, or its directory cannot be
     * @throws IOException if the directory cannot be written
     */
    static Map<FwCfgFile, Path> write(FwCfg device, Path root) throws IOException {
        FwCfgDirectory directory = device.directory();
        FileNames names = new FileNames(directory.files());
        Path byKey = Files.createDirectory(root.resolve("by_key"));
        Path byName = Files.createDirectory(root.resolve("by_name"));
        Map<FwCfgFile, Path> links = new LinkedHashMap<>();
        for (FwCfgFile file : directory.files()) {
            Path blob = Files.createDirectory(byKey.resolve(Integer.toString(file.key())));
            write(blob.resolve("key"), Integer.toString(file.key()));
            write(blob.resolve("name"), file.name());
            write(blob.resolve("size"), Long.toString(file.size()));
            try (OutputStream raw = create(blob.resolve("raw"))) {
                device.copy(file, raw);
            }
            Path link = byName.resolve(names.path(file));
            Files.createDirectories(link.getParent());
            links.put(file, Files.createSymbolicLink(link, link.getParent().relativize(blob)));
        }
        write(root.resolve("rev"), Integer.toUnsignedString(device.revision()));
        return links;
    }

    private static void write(Path path, String line) throws IOException {
        try (OutputStream out = create(path)) {
            out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** A file for its owner to read, as in sysfs: blobs may be secrets. */
    private static OutputStream create(Path path) throws IOException {
        return Channels.newOutputStream(Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------"))));
    }
}
