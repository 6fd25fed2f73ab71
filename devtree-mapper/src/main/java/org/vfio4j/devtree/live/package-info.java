// SPDX-License-Identifier: Apache-2.0
/** The device tree of a running Linux, from {@code /sys/firmware}. */
package org.vfio4j.devtree.live;
