// SPDX-License-Identifier: Apache-2.0
/**
 * A small virtual machine monitor for arm64 Linux, with {@code /dev/kvm}: it starts a kernel with an initramfs, and gives
 * it devices that are bound to VFIO. {@link org.vfio4j.samples.vmm.Vmm} is the command:
 *
 * <pre>
 * vfio bind 9010000.pl031
 * samples/vmm --kernel Image --initrd initramfs --assign 9010000.pl031
 * </pre>
 */
package org.vfio4j.samples.vmm;
