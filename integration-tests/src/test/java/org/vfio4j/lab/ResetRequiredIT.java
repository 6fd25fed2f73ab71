// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

/** The conformance tests that need a boot of their own: vfio-platform's reset_required cannot be changed later. */
@GuestSuite(
        select = {"--select-package=org.vfio4j.conformance", "--include-tag=reset-required"},
        boot = "vfio-platform.reset_required=1")
final class ResetRequiredIT {}
