// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg.loader;

/** Why a pointer was not told to a device. */
public enum ReplayFault {
    /** The journal has no room for another one. */
    FULL,
    /** The memory that it points into is not at that address any more. */
    UNMAPPED,
    /** The device refused it, or did not answer. */
    REFUSED,
    /** It was not there when it was read back. */
    NOT_TAKEN
}
