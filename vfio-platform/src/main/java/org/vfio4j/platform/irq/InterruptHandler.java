// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.irq;

/** What is called when an interrupt fired, see {@link Interrupt#onInterrupt}. */
@FunctionalInterface
public interface InterruptHandler {
    /**
     * Serves the device. Of a level-triggered interrupt the line is masked meanwhile and unmasked afterwards, so this has
     * to make the device lower it, or it is called again at once.
     *
     * @param count how often the interrupt fired since the last call, 1 or more; 1 for a level-triggered one
     * @throws Exception if the device cannot be served, see {@link Interrupt#onInterrupt} for what happens then
     */
    void handle(long count) throws Exception;
}
