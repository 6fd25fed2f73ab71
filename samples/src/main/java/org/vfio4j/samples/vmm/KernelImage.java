// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * An arm64 Linux kernel: the file {@code Image} of a build, whose header is in Linux's {@code
 * Documentation/arch/arm64/booting.rst}.
 *
 * @param file the file
 * @param fileSize its size in bytes
 * @param textOffset where it belongs: bytes above an address that is a multiple of 2 MiB
 * @param memorySize bytes that it uses from there on, which are more than the file's
 */
record KernelImage(Path file, long fileSize, long textOffset, long memorySize) {
    private static final int HEADER = 64;
    private static final int MAGIC = 0x644d5241;
    private static final long BIG_ENDIAN = 1;
    /** Of kernels before 3.17, which say neither this nor their size. */
    private static final long OLD_TEXT_OFFSET = 0x80000;

    private static final long OLD_MEMORY_SIZE = 64 << 20;

    /**
     * Reads the header of a kernel.
     *
     * @param file the kernel
     * @return the kernel
     * @throws IOException if the file cannot be read, or is no kernel that this machine can start; says what it is instead
     */
    static KernelImage read(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            int length = 0;
            while (header.hasRemaining() && length >= 0) {
                length = channel.read(header);
            }
            return of(file, header.flip(), channel.size());
        }
    }

    private static KernelImage of(Path file, ByteBuffer header, long fileSize) throws IOException {
        if (header.limit() < HEADER || header.getInt(56) != MAGIC) {
            throw new IOException(file + " is no arm64 kernel: expected a file 'Image', with ARMd at byte 56; found "
                    + found(header));
        }
        if ((header.getLong(24) & BIG_ENDIAN) != 0) {
            throw new IOException(file + " is a big-endian kernel; expected a little-endian one");
        }
        long textOffset = header.getLong(8);
        long memorySize = header.getLong(16);
        if (memorySize == 0) {
            return new KernelImage(file, fileSize, OLD_TEXT_OFFSET, Math.max(OLD_MEMORY_SIZE, fileSize));
        }
        if (textOffset < 0 || textOffset >= MemoryLayout.BLOCK || memorySize < 0) {
            throw new IOException("%s has a damaged header: text_offset is 0x%x, image_size 0x%x"
                    .formatted(file, textOffset, memorySize));
        }
        return new KernelImage(file, fileSize, textOffset, Math.max(memorySize, fileSize));
    }

    private static String found(ByteBuffer header) {
        if (header.limit() < HEADER) {
            return "a file of " + header.limit() + " bytes";
        }
        if ((header.getInt(0) & 0xffffff) == 0x088b1f) {
            return "a gzip file; gunzip it first";
        }
        if (header.getInt(0) == 0x464c457f) {
            return "an ELF file, such as vmlinux; take arch/arm64/boot/Image of the same build";
        }
        if ((header.getInt(0) & 0xffff) == 0x5a4d && header.getInt(4) == 0x676d697a) {
            return "a compressed EFI program (zboot); take arch/arm64/boot/Image of the same build";
        }
        if ((header.getInt(0) & 0xffff) == 0x5a4d) {
            return "an EFI program of another architecture";
        }
        return "0x%08x there".formatted(header.getInt(56));
    }
}
