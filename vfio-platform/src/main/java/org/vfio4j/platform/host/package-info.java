// SPDX-License-Identifier: Apache-2.0
/**
 * What Linux says of itself and of a process in files, and rules of Linux that the library, the doctor and the simulated
 * kernel have in common. Not exported.
 */
package org.vfio4j.platform.host;
