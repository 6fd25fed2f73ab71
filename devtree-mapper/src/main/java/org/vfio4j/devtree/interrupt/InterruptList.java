// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.interrupt;

import java.util.List;
import java.util.Optional;

/**
 * The interrupts of a node: the leading ones that resolve, and what ended the list.
 *
 * @param resolved the interrupts that Linux counts, in order
 * @param stoppedBy the entry that does not resolve; empty if the list simply ends
 */
public record InterruptList(List<Interrupt> resolved, Optional<InterruptFailure> stoppedBy) {}
