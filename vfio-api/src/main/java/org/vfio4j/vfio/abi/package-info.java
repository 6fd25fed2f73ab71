// SPDX-License-Identifier: Apache-2.0
/**
 * The ABI of VFIO as numbers: ioctls, flags, and for each structure its size and the offset of each member, on 64-bit
 * Linux. Structures are read and written in direct buffers of native byte order. Constants have the names of C, and a
 * test compares all of them with the headers.
 */
package org.vfio4j.vfio.abi;
