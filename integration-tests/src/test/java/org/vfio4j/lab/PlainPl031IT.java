// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

/** The clock as a plain platform device: with the same driver, by vfio-platform and not by vfio-amba. */
@GuestSuite(
        select = "--select-class=org.vfio4j.conformance.Pl031Test",
        tree = "plain-pl031.dtsi",
        properties = "vfio4j.clock-bus=platform")
final class PlainPl031IT {}
