// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

/** The conformance suite on the lab's Linux. */
@GuestSuite(select = "--select-package=org.vfio4j.conformance")
final class ConformanceIT {}
