// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who the process is for the kernel (credentials(7)), as far as VFIO asks.
 *
 * @param userId the user ID that file modes are held against, 0 for root
 * @param groupId the same of the group
 * @param effective the capabilities that the process has now
 */
public record Credentials(int userId, int groupId, Set<Capability> effective) {
    /**
     * Makes credentials.
     *
     * @param userId see above
     * @param groupId see above
     * @param effective see above
     * @throws IllegalArgumentException if an ID is negative
     */
    public Credentials {
        if (userId < 0 || groupId < 0) {
            throw new IllegalArgumentException("expected IDs of 0 and up, got " + userId + " and " + groupId);
        }
        effective = Set.copyOf(effective);
    }

    /** {@return root with every capability} */
    public static Credentials root() {
        return new Credentials(0, 0, EnumSet.allOf(Capability.class));
    }

    /**
     * A user without any capability.
     *
     * @param userId user ID
     * @param groupId group ID
     * @return the credentials
     */
    public static Credentials user(int userId, int groupId) {
        return new Credentials(userId, groupId, Set.of());
    }

    /**
     * The same with further capabilities.
     *
     * @param capabilities which
     * @return the credentials
     */
    public Credentials with(Capability... capabilities) {
        Set<Capability> more = EnumSet.noneOf(Capability.class);
        more.addAll(effective);
        more.addAll(List.of(capabilities));
        return new Credentials(userId, groupId, more);
    }

    /**
     * The same with fewer capabilities.
     *
     * @param capabilities which it loses
     * @return the credentials
     */
    public Credentials without(Capability... capabilities) {
        Set<Capability> fewer = EnumSet.noneOf(Capability.class);
        fewer.addAll(effective);
        Arrays.asList(capabilities).forEach(fewer::remove);
        return new Credentials(userId, groupId, fewer);
    }

    /**
     * Whether a capability is there.
     *
     * @param capability which
     * @return true if it is
     */
    public boolean has(Capability capability) {
        return effective.contains(capability);
    }

    /** generic_permission of fs/namei.c, for a file of root and root's group. {@code wanted}: 4 to read, 2 to write. */
    boolean mayOpen(int mode, int wanted) {
        int shift = userId == 0 ? 6 : groupId == 0 ? 3 : 0;
        if ((mode >> shift & wanted) == wanted || has(Capability.CAP_DAC_OVERRIDE)) {
            return true;
        }
        return wanted == 4 && has(Capability.CAP_DAC_READ_SEARCH);
    }
}
