// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

/** What the device does by DMA: a bit of the control word. */
enum DmaOperation {
    READ(0x02, "read"),
    SKIP(0x04, "skip"),
    WRITE(0x10, "write");

    private final int bit;
    private final String verb;

    DmaOperation(int bit, String verb) {
        this.bit = bit;
        this.verb = verb;
    }

    int bit() {
        return bit;
    }

    String verb() {
        return verb;
    }
}
