// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.live;

import java.io.IOException;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeException;
import org.vfio4j.devtree.fdt.FdtReader;

/**
 * The device tree that a Linux runs with. The values are those of {@code /sys/firmware/devicetree/base}, which changes
 * when an overlay is applied. Its directories have no order, so the order is that of the blob that the kernel was
 * started with, {@code /sys/firmware/fdt}, where that can be read and is of the same board; what the blob does not have
 * comes last. Without a blob, nodes are sorted by the number of their unit address and then by name, properties by name.
 *
 * <p>Linux's own additions are taken back ({@code drivers/of/kobj.c}, {@code drivers/of/fdt.c}): the property {@code
 * name} in each node, and {@code #1} at the end of a name that clashed with another one in its directory.
 *
 * @param tree the tree
 * @param orderSource where its order is from
 * @param orderReason why it is not from the blob; empty if it is
 * @param unreadable path of the node, a colon, a space and the name, of each property that this user may not read; they
 *     are not in the tree ({@code security-*} is for root only)
 */
public record LiveTree(DeviceTree tree, OrderSource orderSource, String orderReason, List<String> unreadable) {
    /** Where the order of nodes and properties is from. */
    public enum OrderSource {
        /** The blob that the kernel was started with. */
        FDT,
        /** Unit addresses and names. */
        SORTED
    }

    /**
     * Creates the result.
     *
     * @param tree the tree
     * @param orderSource where its order is from
     * @param orderReason why it is not from the blob; empty if it is
     * @param unreadable the properties that this user may not read
     */
    public LiveTree {
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Reads a tree without the blob.
     *
     * @param directory {@code /sys/firmware/devicetree/base}
     * @return the tree, sorted
     * @throws IOException if a directory or a property cannot be read, but for want of permission on a property
     * @throws DeviceTreeException with {@code TOO_DEEP} if directories are nested too deep for a tree
     */
    public static LiveTree read(TreeDirectory directory) throws IOException {
        return LiveTreeReader.read(directory, null, "there is no blob");
    }

    /**
     * Reads a tree in the order of the blob. A blob that cannot be parsed, or is of another board, is no error: {@link
     * #orderReason} says so then.
     *
     * @param directory {@code /sys/firmware/devicetree/base}
     * @param fdt the content of {@code /sys/firmware/fdt}
     * @return the tree
     * @throws IOException if a directory or a property cannot be read, but for want of permission on a property
     * @throws DeviceTreeException with {@code TOO_DEEP} if directories are nested too deep for a tree
     */
    public static LiveTree read(TreeDirectory directory, byte[] fdt) throws IOException {
        DeviceTree order;
        try {
            order = FdtReader.read(fdt);
        } catch (DeviceTreeException e) {
            return LiveTreeReader.read(directory, null, "the blob cannot be read: " + e.getMessage());
        }
        String mismatch = BoardCheck.mismatch(directory, order);
        return mismatch.isEmpty()
                ? LiveTreeReader.read(directory, order, "")
                : LiveTreeReader.read(directory, null, mismatch);
    }
}
