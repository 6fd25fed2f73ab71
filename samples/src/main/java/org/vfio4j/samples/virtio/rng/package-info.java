// SPDX-License-Identifier: Apache-2.0
/**
 * A source of random numbers: virtio-rng, section 5.4. The shortest driver that there is: one queue, no configuration.
 */
package org.vfio4j.samples.virtio.rng;
