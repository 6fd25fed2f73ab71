// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.DeviceTreeException.Kind;

/**
 * Reads device tree blobs of version 2 to 17, and later ones that say a reader of version 17 can read them.
 *
 * <p>Safe for any input: a blob that is not well formed gives a {@link DeviceTreeException} with the byte offset in
 * {@link DeviceTreeException#place()}, and time and memory are bounded by a multiple of the blob's size. The rules are
 * those of libfdt 1.8 ({@code fdt_check_header}, {@code fdt_check_full}), so a root node with a name is
 * {@code BAD_STRUCTURE}. In addition these are {@code BAD_STRUCTURE}: no root node, and a property outside of a node or
 * after a child node. Nodes nested deeper than {@link DeviceTree#MAX_DEPTH} are {@code TOO_DEEP}. A {@code NOP} token is
 * ignored everywhere, also after the root node.
 *
 * <p>The order of the blocks does not matter, nor do bytes after the blob. Node and property names are taken as ISO
 * 8859-1, which keeps every byte; the characters that the specification allows are ASCII.
 */
public final class FdtReader {
    /**
     * The largest blob that is read, in bytes: 128 MiB. Linux takes at most 2 MiB on arm64 ({@code MAX_FDT_SIZE} in
     * {@code arch/arm64/include/asm/boot.h}).
     */
    public static final int MAX_SIZE = 128 << 20;

    private FdtReader() {}

    /**
     * Reads a blob.
     *
     * @param blob the blob; it is copied, so the caller may change it afterwards
     * @return the tree
     * @throws DeviceTreeException if the blob is not well formed
     */
    public static DeviceTree read(byte[] blob) {
        FdtHeader header = FdtHeader.read(blob);
        return parse(Arrays.copyOf(blob, header.totalSize()), header);
    }

    /**
     * Reads a blob from a file; {@code /sys/firmware/fdt} is one. No more is read than the header says the blob has.
     *
     * @param file the file
     * @return the tree
     * @throws IOException if the file cannot be read
     * @throws DeviceTreeException if its content is not a well formed blob
     */
    public static DeviceTree read(Path file) throws IOException {
        byte[] blob = readBlob(file);
        return parse(blob, FdtHeader.read(blob));
    }

    private static byte[] readBlob(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory, not a device tree blob");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(FdtFormat.HEADER_SIZE);
            // A pipe has the size 0.
            long size = Files.size(file);
            int totalSize = FdtHeader.totalSize(head, size == 0 ? Long.MAX_VALUE : size);
            byte[] rest = in.readNBytes(totalSize - Math.min(totalSize, head.length));
            byte[] blob = Arrays.copyOf(head, head.length + rest.length);
            System.arraycopy(rest, 0, blob, head.length, rest.length);
            return blob;
        } catch (NoSuchFileException e) {
            NoSuchFileException named = new NoSuchFileException(file.toString(), null, "no such file");
            named.initCause(e);
            throw named;
        }
    }

    private static DeviceTree parse(byte[] blob, FdtHeader header) {
        DeviceTreeBuilder builder = DeviceTree.builder().bootCpuId(header.bootCpuId());
        readReservations(blob, header, builder);
        new StructureParser(blob, header, builder).parse();
        return builder.build();
    }

    // libfdt, fdt_num_mem_rsv, and Linux: the entry of size 0 is the last, whatever its address.
    private static void readReservations(byte[] blob, FdtHeader header, DeviceTreeBuilder builder) {
        int at = header.reservations();
        while (at <= header.totalSize() - FdtFormat.RESERVATION_SIZE) {
            long size = FdtFormat.u64(blob, at + 8);
            if (size == 0) {
                return;
            }
            builder.reserveMemory(FdtFormat.u64(blob, at), size);
            at += FdtFormat.RESERVATION_SIZE;
        }
        throw FdtFormat.malformed(
                Kind.TRUNCATED, at, "the memory reservation block has no entry of size 0 that ends it");
    }
}
