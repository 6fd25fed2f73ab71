// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.model;

/** How a device keeps to the specification. */
public enum Behaviour {
    /** As it should. */
    CORRECT,
    /** Keeps requests until {@link VirtioMmioModel#completeHeld}, and is done with the last one first then. */
    HOLDS,
    /** Never is done with a request. */
    SILENT,
    /** Is done, but does not interrupt. */
    FORGETS_INTERRUPT,
    /** Interrupts all the time, and never is done. */
    STORMS,
    /** Names a descriptor that the queue does not have. */
    UNKNOWN_ID,
    /** Names a descriptor with a negative number. */
    NEGATIVE_ID,
    /** Names a descriptor in the middle of a request. */
    ID_OF_NO_HEAD,
    /** Is done with each request twice. */
    TWICE,
    /** Says that it wrote more than it may. */
    TOO_MUCH_WRITTEN,
    /** Says that it wrote the most that the field can hold. */
    HUGE_WRITTEN,
    /** Says that it wrote a byte less than it should. */
    TOO_LITTLE_WRITTEN,
    /** Does not write the last byte, but says so. */
    LAST_BYTE_MISSING,
    /** Says that it wrote nothing. */
    NOTHING_WRITTEN,
    /** Is done with many more requests than there are. */
    JUMPING_INDEX,
    /** Moves its index back. */
    INDEX_GOES_BACK,
    /** Overwrites the descriptor table while it works, and does the request. */
    OVERWRITES_DESCRIPTORS,
    /** Asks to be reset instead of doing a request. */
    NEEDS_RESET,
    /** Is never reset, once it was. */
    STUCK_IN_RESET,
    /** Does not take the driver's features. */
    REFUSES_FEATURES,
    /** Has another configuration whenever it is read. */
    CHANGING_CONFIGURATION,
    /** Has no queue. */
    NO_QUEUE,
    /** Is not of this type: an empty slot. */
    NO_DEVICE,
    /** Has another magic number. */
    NO_MAGIC
}
