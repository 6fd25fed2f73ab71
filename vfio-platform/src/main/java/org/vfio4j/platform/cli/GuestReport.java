// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.nio.file.Path;
import java.util.List;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.guest.tree.GuestTree;
import org.vfio4j.platform.guest.tree.Placement;

/**
 * What {@code vfio guest-tree} did.
 *
 * @param inspections the devices
 * @param placement where the guest sees them, in the same order
 * @param tree the nodes
 * @param file what was written
 * @param form as what
 * @param size its size in bytes
 */
record GuestReport(
        List<Inspection> inspections,
        Placement placement,
        GuestTree tree,
        Path file,
        GuestTreeCommand.Form form,
        int size) {}
