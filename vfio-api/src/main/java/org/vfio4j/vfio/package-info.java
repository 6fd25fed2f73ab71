// SPDX-License-Identifier: Apache-2.0
/**
 * VFIO, one object for each object of the kernel: {@link org.vfio4j.vfio.Container}, {@link org.vfio4j.vfio.Group},
 * {@link org.vfio4j.vfio.Device}. A parent that is closed closes its children first. An error of the kernel is a {@link
 * org.vfio4j.vfio.VfioException} that says what it means and what to do.
 */
package org.vfio4j.vfio;
