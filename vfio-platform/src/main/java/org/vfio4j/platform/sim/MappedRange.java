// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/**
 * A mapping of the simulated process, as a line of {@code /proc/PID/maps}.
 *
 * @param address address of the first byte
 * @param length bytes
 * @param protection PROT_ bits
 * @param file what is mapped; empty for anonymous memory
 */
public record MappedRange(long address, long length, int protection, String file) {}
