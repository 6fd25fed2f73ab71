// SPDX-License-Identifier: Apache-2.0
/**
 * The ABI of KVM as numbers, as far as the framework speaks it: ioctls, flags, and for each structure its size and the
 * offset of each member, on 64-bit Linux. Constants have the names of C, and a test compares all of them with the
 * headers. What is of one architecture has its name in front.
 */
package org.vfio4j.kvm.abi;
