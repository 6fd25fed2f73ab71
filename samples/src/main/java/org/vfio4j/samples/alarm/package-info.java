// SPDX-License-Identifier: Apache-2.0
/** Registers and an interrupt: the alarm of a PL031 real-time clock. */
package org.vfio4j.samples.alarm;
