// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

/**
 * What VFIO_DEVICE_GET_DEVTREE_INFO answers for one region or IRQ ({@code struct vfio_path_info} of the proposal).
 *
 * @param type region or IRQ
 * @param index VFIO index
 * @param ranges for a region: it comes from {@code ranges} (flag bit 3), not from {@code reg}
 * @param start index of the entry inside the property
 * @param path path of the node
 */
public record DevtreeInfo(InfoType type, int index, boolean ranges, int start, String path) {}
