// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.vfio4j.platform.register.Region;

/**
 * A fw_cfg device. It has items, each with a key; one of them is a directory that gives names to others.
 *
 * <p>Items are read through the data register, as many bytes at a time as it takes, or by DMA, which is one transfer for
 * a whole item and can also skip and write. Behind its last byte an item reads as zeros, and so does one that is not
 * there: only the directory tells how long a file is.
 *
 * <p>Without DMA a read that begins where the last one ended, or further on in the same item, does not read again what is
 * before it. So tell this object of a reset of the device, with {@link #deviceWasReset}.
 *
 * <p>Safe for use by several threads, which wait for each other: the device has one cursor. Nobody else may use it.
 */
public final class FwCfg {
    private static final byte[] SIGNATURE = "QEMU".getBytes(StandardCharsets.US_ASCII);
    /** What the DMA address register reads as, in the order of memory. */
    private static final byte[] DMA_SIGNATURE = "QEMU CFG".getBytes(StandardCharsets.US_ASCII);

    private static final int DMA_FEATURE = 0x02;
    private static final int REGISTER_CHUNK = 1 << 16;
    private static final int NOTHING = -1;

    private final Region registers;
    private final RegisterLayout layout;
    private final DataRegister register;
    private final int revision;
    private final Optional<DmaChannel> dma;
    private int selected = NOTHING;
    private long position;

    private FwCfg(Region registers, RegisterLayout layout, Optional<TransferMemory> memory, Duration timeout)
            throws FwCfgException {
        if (registers.size() < layout.size()) {
            throw new IllegalArgumentException(
                    registers + " is smaller than the window of the layout, which has " + layout.size() + " bytes");
        }
        this.registers = registers;
        this.layout = layout;
        register = new DataRegister(registers, layout);
        byte[] signature = new byte[SIGNATURE.length];
        readByRegister(new FwCfgRange(WellKnownItem.SIGNATURE.key(), 0, signature.length), signature, 0);
        if (!Arrays.equals(signature, SIGNATURE)) {
            throw new FwCfgException(registers.name() + " has no fw_cfg device: its signature is "
                    + Arrays.toString(signature) + " and not QEMU; check the offsets of the registers, which are "
                    + layout);
        }
        byte[] id = new byte[Integer.BYTES];
        readByRegister(new FwCfgRange(WellKnownItem.ID.key(), 0, id.length), id, 0);
        revision = ByteBuffer.wrap(id).order(ByteOrder.LITTLE_ENDIAN).getInt();
        dma = memory.isPresent() && hasDma() && layout.dma().isPresent()
                ? Optional.of(new DmaChannel(transfers(memory.get(), timeout), memory.get(), timeout))
                : Optional.empty();
    }

    /**
     * The device behind some registers, read through its data register.
     *
     * @param registers the registers; they stay their owner's
     * @param layout where the registers are in them
     * @return the device
     * @throws FwCfgException if it is no fw_cfg device
     * @throws IllegalArgumentException if the region is smaller than the layout's window
     */
    public static FwCfg of(Region registers, RegisterLayout layout) throws FwCfgException {
        return new FwCfg(registers, layout, Optional.empty(), Duration.ZERO);
    }

    /**
     * The device behind some registers, read and written by DMA; through its data register if it has no DMA.
     *
     * @param registers the registers; they stay their owner's
     * @param layout where the registers are in them
     * @param memory memory that the device reaches; it stays its owner's, and must not go back to the kernel before the
     *     device is reset if a transfer was not answered
     * @param timeout for how long to wait for a transfer at most
     * @return the device
     * @throws FwCfgException if it is no fw_cfg device, or its DMA address register is not where the layout says
     * @throws IllegalArgumentException if the region is smaller than the layout's window
     */
    public static FwCfg of(Region registers, RegisterLayout layout, TransferMemory memory, Duration timeout)
            throws FwCfgException {
        Objects.requireNonNull(timeout, "timeout");
        return new FwCfg(registers, layout, Optional.of(memory), timeout);
    }

    /**
     * Transfers of this device with memory of their own. The device has one cursor: make them while you hold the lock of
     * this object, and tell it afterwards, with {@link #deviceWasReset}, that the cursor is elsewhere.
     *
     * @param memory memory that the device reaches, and that nobody else uses
     * @param timeout for how long to wait for a transfer at most
     * @return the transfers
     * @throws FwCfgException if the DMA address register is not where the layout says
     * @throws IllegalArgumentException if the device has no DMA, or the memory no room for a request
     */
    public DmaTransfers transfers(TransferMemory memory, Duration timeout) throws FwCfgException {
        if (!hasDma() || layout.dma().isEmpty()) {
            throw new IllegalArgumentException("expected a device with DMA, and " + registers.name() + " has none");
        }
        int offset = layout.dma().getAsInt();
        byte[] signature = ByteBuffer.allocate(DMA_SIGNATURE.length)
                .order(registers.byteOrder())
                .putInt(registers.read32(offset))
                .putInt(registers.read32(offset + 4L))
                .array();
        // Nothing is written to what does not read as a DMA address register: it would be another device's.
        if (!Arrays.equals(signature, DMA_SIGNATURE)) {
            throw new FwCfgException(registers.name() + " has DMA, but at offset " + offset
                    + " there is no DMA address register: it reads as " + Arrays.toString(signature)
                    + " and not QEMU CFG; check the offsets of the registers");
        }
        return new DmaTransfers(registers, offset, memory, timeout);
    }

    /** {@return the item {@link WellKnownItem#ID}: bit 0 the interface by registers, bit 1 DMA} */
    public int revision() {
        return revision;
    }

    /** {@return whether the device has DMA} */
    public boolean hasDma() {
        return (revision & DMA_FEATURE) != 0;
    }

    /** {@return whether this object uses DMA, so that {@link #write} works} */
    public boolean usesDma() {
        return dma.isPresent();
    }

    /**
     * Reads the directory of files, and checks it.
     *
     * @return the directory
     * @throws FwCfgDirectoryException if it cannot be
     * @throws FwCfgException if the device does not give it
     */
    public synchronized FwCfgDirectory directory() throws FwCfgException {
        int key = WellKnownItem.FILE_DIRECTORY.key();
        byte[] header = read(key, 0, FwCfgDirectory.HEADER);
        byte[] entries = new byte[FwCfgDirectory.count(header) * FwCfgDirectory.ENTRY];
        readOn(new FwCfgRange(key, FwCfgDirectory.HEADER, entries.length), entries, 0);
        return FwCfgDirectory.of(entries);
    }

    /**
     * Reads part of an item.
     *
     * @param key the item, 0 to 0xffff
     * @param offset where to begin, in bytes
     * @param length how many bytes
     * @return the bytes; zeros where the item has none
     * @throws FwCfgException if the device does not give them
     */
    public synchronized byte[] read(int key, long offset, int length) throws FwCfgException {
        FwCfgRange range = new FwCfgRange(key, offset, length);
        byte[] bytes = new byte[length];
        if (dma.isPresent()) {
            dma.get().read(range, bytes, 0);
        } else {
            readByRegister(range, bytes, 0);
        }
        return bytes;
    }

    /**
     * Reads an item with a key of its own.
     *
     * @param item one with a size of its own
     * @return the bytes; zeros if the machine has not got it
     * @throws FwCfgException if the device does not give them
     * @throws IllegalArgumentException if another item says how long it is
     */
    public byte[] read(WellKnownItem item) throws FwCfgException {
        if (item.size() < 0) {
            throw new IllegalArgumentException("expected an item with a size of its own, got " + item);
        }
        return read(item.key(), 0, item.size());
    }

    /**
     * Reads a file into memory.
     *
     * @param file the file, of less than 2 GiB
     * @return its bytes
     * @throws FwCfgException if it is larger, or the device does not give it
     */
    public byte[] read(FwCfgFile file) throws FwCfgException {
        if (file.size() > Integer.MAX_VALUE - Long.BYTES) {
            throw new FwCfgException("the file '" + file.name() + "' of " + file.size()
                    + " bytes is too large for an array; copy it to a stream");
        }
        return read(file.key(), 0, (int) file.size());
    }

    /**
     * Reads a file by its name, with the directory as it is now.
     *
     * @param name the name
     * @return its bytes
     * @throws FwCfgException if there is no such file, or the device does not give it
     */
    public byte[] read(String name) throws FwCfgException {
        return read(directory().get(name));
    }

    /**
     * Writes a file into a stream, part by part. The device is this thread's meanwhile.
     *
     * @param file the file
     * @param out receives it
     * @throws FwCfgException if the device does not give it
     * @throws IOException if the stream does not take it
     */
    public synchronized void copy(FwCfgFile file, OutputStream out) throws IOException {
        int chunk = dma.map(DmaChannel::capacity).orElse(REGISTER_CHUNK);
        byte[] bytes = new byte[(int) Math.min(chunk, file.size())];
        for (long done = 0; done < file.size(); done += bytes.length) {
            int length = (int) Math.min(bytes.length, file.size() - done);
            FwCfgRange range = new FwCfgRange(file.key(), done, length);
            if (done == 0 && dma.isPresent()) {
                dma.get().read(range, bytes, 0);
            } else {
                readOn(range, bytes, 0);
            }
            out.write(bytes, 0, length);
        }
    }

    /**
     * Writes to an item. The device takes it if the item is one that the guest may write, and has the bytes already: an
     * item never grows.
     *
     * @param key the item, 0 to 0xffff
     * @param offset where to begin, in bytes
     * @param bytes what to write
     * @throws FwCfgTransferException if the device refuses; of what is larger than the memory of transfers, a part may be
     *     written
     * @throws UnsupportedOperationException if this object does not use DMA: QEMU ignores writes of the data register
     */
    public synchronized void write(int key, long offset, byte[] bytes) throws FwCfgException {
        FwCfgRange range = new FwCfgRange(key, offset, bytes.length);
        dma.orElseThrow(() -> new UnsupportedOperationException("cannot write " + range
                        + ": the device takes writes by DMA only, and "
                        + (hasDma() ? "no memory was given for it" : "it has none")))
                .write(range, bytes);
    }

    /**
     * Tells QEMU where the notes of the guest's memory are.
     *
     * @param info where
     * @throws FwCfgException if the device has no such file or refuses; start QEMU with {@code -device vmcoreinfo}
     */
    public synchronized void writeVmcoreInfo(VmcoreInfo info) throws FwCfgException {
        FwCfgFile file = directory().get(FwCfgFile.VMCOREINFO);
        write(file.key(), 0, info.bytes());
    }

    /** Forgets where the device was in an item. To be called after a reset of it, before the next read. */
    public synchronized void deviceWasReset() {
        selected = NOTHING;
    }

    /** Reads what is behind the last read, which was of the same item. */
    private void readOn(FwCfgRange range, byte[] to, int start) throws FwCfgException {
        if (dma.isPresent()) {
            dma.get().readOn(range, to, start);
        } else {
            readByRegister(range, to, start);
        }
    }

    private void readByRegister(FwCfgRange range, byte[] to, int start) {
        boolean ahead = selected == range.key() && position <= range.offset();
        long from = ahead ? position : 0;
        // Until all is well: after a failed access nobody knows where the device is.
        selected = NOTHING;
        if (!ahead) {
            register.select(range.key());
        }
        register.skip(range.offset() - from);
        register.read(to, start, (int) range.length());
        selected = range.key();
        position = range.offset() + range.length();
    }
}
