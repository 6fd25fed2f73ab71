// SPDX-License-Identifier: Apache-2.0
/**
 * The registers of a device: {@link org.vfio4j.platform.register.Region} with accesses of exactly one width, and {@link
 * org.vfio4j.platform.register.Register32} and its like to name them as the data sheet does.
 */
package org.vfio4j.platform.register;
