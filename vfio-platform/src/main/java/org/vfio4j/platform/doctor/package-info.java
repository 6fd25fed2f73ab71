// SPDX-License-Identifier: Apache-2.0
/**
 * Says what is wrong with a machine, or with a device, before VFIO refuses it: {@link org.vfio4j.platform.doctor.Doctor}
 * reads files of the kernel and gives {@link org.vfio4j.platform.doctor.Finding}s, each with one command that mends it.
 */
package org.vfio4j.platform.doctor;
