// SPDX-License-Identifier: Apache-2.0
/**
 * A device bench: QEMU stopped at reset, with no guest in it. Its devices are reached through the qtest protocol
 * ({@code docs/devel/testing/qtest.rst} of QEMU), by drivers that run here. {@link org.vfio4j.qtest.Bench} starts it. {@link org.vfio4j.qtest.HostView} reaches those of a
 * machine that has a guest.
 */
package org.vfio4j.qtest;
