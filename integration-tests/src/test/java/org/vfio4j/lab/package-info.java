// SPDX-License-Identifier: Apache-2.0
/**
 * The lab in the build: a real Linux with vfio-platform, made and started by the scripts of {@code integration-tests/lab},
 * and what runs in it as tests of this build. The tests here run after packaging, because the guest needs the jars.
 *
 * <p>The system property {@code vfio4j.lab} says how much it matters: {@code auto} (without it) provisions the lab where
 * that is possible and reports it as not run, with the reason, where it is not; {@code required} makes "not run" a
 * failure; {@code off} leaves the lab out, which is reported as not run, too.
 */
package org.vfio4j.lab;
