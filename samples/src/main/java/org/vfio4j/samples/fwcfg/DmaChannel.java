// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.time.Duration;

/** Reads and writes items by {@link DmaTransfers}, each of as much as the memory holds. */
final class DmaChannel {
    /** Bytes of a request. */
    static final int REQUEST_SIZE = DmaTransfers.REQUEST_SIZE;

    private final DmaTransfers transfers;
    private final TransferMemory memory;
    private final Duration timeout;

    DmaChannel(DmaTransfers transfers, TransferMemory memory, Duration timeout) {
        this.transfers = transfers;
        this.memory = memory;
        this.timeout = timeout;
    }

    /** How many bytes a transfer moves at most. */
    int capacity() {
        return memory.size() - REQUEST_SIZE;
    }

    /** Reads an item from an offset on: one transfer for each part that fits the memory, and one for the offset. */
    void read(FwCfgRange range, byte[] to, int start) throws FwCfgException {
        read(range, to, start, seek(range));
    }

    /** Reads on behind the last transfer, without one for the offset. */
    void readOn(FwCfgRange range, byte[] to, int start) throws FwCfgException {
        read(range, to, start, true);
    }

    private void read(FwCfgRange range, byte[] to, int start, boolean selected) throws FwCfgException {
        for (long done = 0; done < range.length(); ) {
            FwCfgRange part = part(range, done);
            transfer(DmaOperation.READ, part, selected || done > 0);
            memory.get(REQUEST_SIZE, to, start + (int) done, (int) part.length());
            done += part.length();
        }
    }

    /** Writes to an item from an offset on. */
    void write(FwCfgRange range, byte[] from) throws FwCfgException {
        boolean selected = seek(range);
        for (long done = 0; done < range.length(); ) {
            FwCfgRange part = part(range, done);
            memory.put(REQUEST_SIZE, from, (int) done, (int) part.length());
            transfer(DmaOperation.WRITE, part, selected || done > 0);
            done += part.length();
        }
    }

    /** Selects the item and skips to the offset, unless the first transfer can do all of it. */
    private boolean seek(FwCfgRange range) throws FwCfgException {
        boolean selected = false;
        for (long done = 0; done < range.offset(); ) {
            long step = Math.min(range.offset() - done, 0xffff_ffffL);
            transfer(DmaOperation.SKIP, new FwCfgRange(range.key(), done, step), selected);
            selected = true;
            done += step;
        }
        return selected;
    }

    private FwCfgRange part(FwCfgRange range, long done) {
        return new FwCfgRange(range.key(), range.offset() + done, Math.min(range.length() - done, capacity()));
    }

    private void transfer(DmaOperation operation, FwCfgRange range, boolean selected) throws FwCfgException {
        if (transfers.isUnanswered()) {
            throw new FwCfgException("the fw_cfg device has not answered a transfer, and may still make it;"
                    + " reset the device and open it again");
        }
        int select = selected ? 0 : DmaTransfers.selecting(range.key());
        switch (transfers.make(select | operation.bit(), (int) range.length())) {
            case DONE -> {}
            case REFUSED -> throw FwCfgTransferException.refused(operation, range);
            case NO_ANSWER -> throw FwCfgTransferException.noAnswer(operation, range, timeout);
        }
    }
}
