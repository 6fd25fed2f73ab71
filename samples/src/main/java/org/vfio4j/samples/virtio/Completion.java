// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio;

/**
 * A request that the device is done with.
 *
 * @param <T> what stands for a request
 * @param request what was given with it
 * @param written how many bytes the device says it wrote, from the start of the memory that it may write; not more than
 *     there are
 */
public record Completion<T>(T request, long written) {}
