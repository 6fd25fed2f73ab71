// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.util.Optional;

/**
 * Which driver a device has, and which alone may have it.
 *
 * @param driver the driver that it is bound to
 * @param override what {@code driver_override} says, without the newline
 */
record DriverState(Optional<String> driver, Optional<String> override) {}
