// SPDX-License-Identifier: Apache-2.0
/**
 * QEMU's fw_cfg device, by which a host hands blobs to its guest: registers of 24 bytes, DMA with an answer in memory,
 * and files with names that come from outside. {@link org.vfio4j.samples.fwcfg.FwCfg} is the driver, {@link
 * org.vfio4j.samples.fwcfg.FwCfgTree} writes the files into a directory.
 *
 * <pre>{@code
 * Region registers = device.region(0);
 * FwCfg fwCfg = FwCfg.of(registers, RegisterLayout.of(Architecture.ofHost(), registers.size()));
 * device.onReset(fwCfg::deviceWasReset);
 * byte[] wait = fwCfg.read("etc/boot-fail-wait");
 * FwCfgTree.export(fwCfg, Path.of("/run/fw_cfg"));
 * }</pre>
 *
 * <p>With {@link org.vfio4j.samples.fwcfg.TransferMemory} it uses DMA. {@link
 * org.vfio4j.samples.fwcfg.SimulatedMachine} is a machine to try it on.
 *
 * <p>The interface is that of {@code docs/specs/fw_cfg} of QEMU.
 */
package org.vfio4j.samples.fwcfg;
