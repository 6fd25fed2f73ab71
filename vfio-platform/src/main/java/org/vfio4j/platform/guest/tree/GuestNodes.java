// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.List;
import java.util.Map;

/**
 * What is to be added to a guest's tree.
 *
 * @param roots the nodes for the guest's root
 * @param controller what stands for the guest's GIC in references
 * @param notes what the user should know
 * @param labels label by name of a device
 * @param paths path in the guest's tree by name of a device
 */
record GuestNodes(
        List<GuestNode> roots,
        GuestNode controller,
        List<GuestNote> notes,
        Map<String, String> labels,
        Map<String, String> paths) {}
