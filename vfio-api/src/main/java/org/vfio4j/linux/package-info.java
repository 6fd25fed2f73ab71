// SPDX-License-Identifier: Apache-2.0
/**
 * The two seams to Linux, {@link org.vfio4j.linux.LinuxSyscalls} and {@link org.vfio4j.linux.HostFiles}, and what
 * belongs to them. Everything above the seams is the same code on a real machine and on a simulated kernel.
 */
package org.vfio4j.linux;
