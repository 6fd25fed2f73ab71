// SPDX-License-Identifier: Apache-2.0
/**
 * QEMU's fw_cfg device, by which a host hands blobs to its guest: registers of 24 bytes, DMA with an answer in memory,
 * and files with names that come from outside. {@link org.vfio4j.samples.fwcfg.FwCfg} is the driver, {@link
 * org.vfio4j.samples.fwcfg.FwCfgTree} writes the files into a directory.
 *
 * <p>The interface is that of {@code docs/specs/fw_cfg} of QEMU.
 */
package org.vfio4j.samples.fwcfg;
