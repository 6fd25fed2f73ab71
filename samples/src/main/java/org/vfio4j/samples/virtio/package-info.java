// SPDX-License-Identifier: Apache-2.0
/**
 * A driver of virtio devices on virtio-mmio, whose registers are 0x200 bytes: eight devices share a page, so no region can
 * be mapped and each access is a call of the kernel.
 *
 * <p>Section numbers are those of "Virtual I/O Device (VIRTIO) Version 1.2", OASIS Committee Specification 01.
 *
 * <p>{@link org.vfio4j.samples.virtio.VirtioDevice} finds out what the device is and agrees on features; {@link
 * org.vfio4j.samples.virtio.Virtqueue} is the ring through which requests go. The packages below have a driver each.
 */
package org.vfio4j.samples.virtio;
