// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

/**
 * Why the processor refused the guest's state.
 *
 * @param reason of the processor
 * @param cpu on which one it was
 */
public record EntryFailure(long reason, int cpu) {}
