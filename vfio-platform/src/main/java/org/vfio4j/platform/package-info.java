// SPDX-License-Identifier: Apache-2.0
/**
 * Platform devices of a machine: {@link org.vfio4j.platform.PlatformBus} finds them and {@link
 * org.vfio4j.platform.Inspector} tells which VFIO region and interrupt is which device-tree node.
 */
package org.vfio4j.platform;
