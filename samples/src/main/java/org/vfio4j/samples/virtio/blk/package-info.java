// SPDX-License-Identifier: Apache-2.0
/**
 * A disk: virtio-blk, section 5.2. {@link org.vfio4j.samples.virtio.blk.VirtioBlk} is the driver, {@link
 * org.vfio4j.samples.virtio.blk.BlockTool} the program.
 */
package org.vfio4j.samples.virtio.blk;
