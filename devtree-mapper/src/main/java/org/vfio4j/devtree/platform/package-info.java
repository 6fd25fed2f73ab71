// SPDX-License-Identifier: Apache-2.0
/**
 * Which nodes Linux makes platform and AMBA devices of, and what it calls them ({@code drivers/of/platform.c}, {@code
 * drivers/of/device.c}).
 */
package org.vfio4j.devtree.platform;
