// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.vfio.abi.InfoCapHeaderLayout;

/**
 * A capability in the chain behind an info structure.
 *
 * @param id which
 * @param version its version
 * @param bytes from its header to the next capability, or the end of the reply; offsets count from the header
 */
record InfoCapability(int id, int version, ByteBuffer bytes) {
    /** Capabilities consist of u32 and u64; kernels before 6.6 align them to 4 bytes only, later ones to 8. */
    private static final int ALIGNMENT = 4;

    /**
     * Walks a chain. Each capability must lie behind the one before it and inside the reply, as Linux lays them out, so
     * the walk ends whatever the reply is.
     *
     * @param reply the info structure and what follows it, to its limit
     * @param structSize bytes of the structure, where the first capability can be
     * @param first the offset of the first capability, 0 for none
     * @return the capabilities in their order
     * @throws MalformedChainException if the chain leaves the reply or goes back
     */
    static List<InfoCapability> chain(ByteBuffer reply, int structSize, int first) throws MalformedChainException {
        List<InfoCapability> capabilities = new ArrayList<>();
        int lowest = structSize;
        for (int at = first; at != 0; ) {
            if (at % ALIGNMENT != 0) {
                throw new MalformedChainException("capability at offset " + Integer.toUnsignedString(at)
                        + ", which is not a multiple of " + ALIGNMENT);
            }
            if (at < 0 || at > reply.limit() - InfoCapHeaderLayout.SIZE) {
                throw new MalformedChainException("capability at offset " + Integer.toUnsignedString(at)
                        + " of a reply of " + reply.limit() + " bytes");
            }
            if (at < lowest) {
                throw new MalformedChainException(
                        "capability at offset " + at + ", where only what is from " + lowest + " on can be next");
            }
            int next = reply.getInt(at + InfoCapHeaderLayout.NEXT);
            int end = next > at && next <= reply.limit() ? next : reply.limit();
            capabilities.add(new InfoCapability(
                    Short.toUnsignedInt(reply.getShort(at + InfoCapHeaderLayout.ID)),
                    Short.toUnsignedInt(reply.getShort(at + InfoCapHeaderLayout.VERSION)),
                    reply.slice(at, end - at).order(reply.order())));
            lowest = at + InfoCapHeaderLayout.SIZE;
            at = next;
        }
        return capabilities;
    }

    /** Makes sure that the capability has at least so many bytes. */
    void require(long size) throws MalformedChainException {
        if (bytes.limit() < size) {
            throw new MalformedChainException(
                    "capability " + id + " of " + bytes.limit() + " bytes, where " + size + " are needed");
        }
    }

    /** A chain that cannot be; the caller knows the step and the subject. */
    static final class MalformedChainException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedChainException(String problem) {
            super(problem);
        }
    }
}
