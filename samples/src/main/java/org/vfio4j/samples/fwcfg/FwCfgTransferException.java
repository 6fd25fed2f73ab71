// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import java.time.Duration;

/** The device did not do what it was asked for by DMA. */
public final class FwCfgTransferException extends FwCfgException {
    private static final long serialVersionUID = 1L;

    /** How it ended. */
    public enum Outcome {
        /** The device set the error bit, and changed nothing that it was to write. */
        REFUSED,
        /** The device did not answer in time, and may still do so; the driver does not use it any more. */
        NO_ANSWER
    }

    private final Outcome outcome;
    private final int key;
    private final long offset;
    private final long length;

    private FwCfgTransferException(Outcome outcome, FwCfgRange range, String message) {
        super(message);
        this.outcome = outcome;
        this.key = range.key();
        this.offset = range.offset();
        this.length = range.length();
    }

    static FwCfgTransferException refused(DmaOperation operation, FwCfgRange range) {
        String remedy = operation == DmaOperation.WRITE
                ? "write no more than the item has, and only to an item that the device lets be written"
                : "check that the device reaches the memory of the transfer at its address";
        return new FwCfgTransferException(
                Outcome.REFUSED, range, "the device refused to " + operation.verb() + " " + range + "; " + remedy);
    }

    static FwCfgTransferException noAnswer(DmaOperation operation, FwCfgRange range, Duration timeout) {
        return new FwCfgTransferException(
                Outcome.NO_ANSWER,
                range,
                "the device did not answer within " + timeout + " when it was to " + operation.verb() + " " + range
                        + "; check that it reaches the memory of the transfer at its address, reset it and open it again");
    }

    /** {@return how it ended} */
    public Outcome outcome() {
        return outcome;
    }

    /** {@return key of the item} */
    public int key() {
        return key;
    }

    /** {@return where in the item, in bytes} */
    public long offset() {
        return offset;
    }

    /** {@return how many bytes} */
    public long length() {
        return length;
    }
}
