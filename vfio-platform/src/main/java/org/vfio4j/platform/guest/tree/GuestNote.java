// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

/**
 * What a guest's tree does not have of the host's, or may have wrong.
 *
 * @param kind what it means for the user
 * @param node path of the node in the host's tree; of the guest's root for what the whole tree lacks
 * @param property the property
 * @param why what is the matter with it
 * @param remedy what to do
 */
public record GuestNote(Kind kind, String node, String property, String why, String remedy) {
    /** What a note means for the user. */
    public enum Kind {
        /** The guest does not have it and may need it: the user must provide it. */
        PROVIDE,
        /** A number was copied that may be a phandle, of which nothing else is known: the user must look. */
        CHECK,
        /** VFIO does not expose it, so no guest can have it. */
        UNEXPOSED,
        /** It was left out, as the host sees to it: nothing to do. */
        HOST
    }
}
