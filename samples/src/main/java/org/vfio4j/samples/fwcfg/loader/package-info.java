// SPDX-License-Identifier: Apache-2.0
/**
 * The linker and loader of QEMU's fw_cfg: runs the script {@code etc/table-loader}, which puts files into memory, links
 * them, and tells devices where they are; and tells the devices again after a reset that kept the memory. {@link
 * org.vfio4j.samples.fwcfg.loader.LinkerLoader} runs the script, {@link org.vfio4j.samples.fwcfg.loader.ReplayJournal}
 * remembers what the devices were told.
 *
 * <p>{@link org.vfio4j.samples.fwcfg.loader.LoadTables} shows the parts together. {@code PlatformDevice.onReset} connects
 * the journal with resets through VFIO; who sees another one, such as a resume from S3, calls {@link
 * org.vfio4j.samples.fwcfg.loader.ReplayJournal#reset} with its kind.
 *
 * <p>The format of the script: {@code hw/acpi/bios-linker-loader.c} of QEMU.
 */
package org.vfio4j.samples.fwcfg.loader;
