// SPDX-License-Identifier: Apache-2.0
/** The shortest program that inspects a device. */
package org.vfio4j.samples.whichregion;
