// SPDX-License-Identifier: Apache-2.0
/**
 * The mapping between a device's VFIO regions and interrupts and device-tree nodes, under a named policy: what each
 * index is, what the kernel does not expose, and whether a device agrees.
 */
package org.vfio4j.devtree.mapper;
