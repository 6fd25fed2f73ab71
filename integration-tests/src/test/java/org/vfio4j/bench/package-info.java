// SPDX-License-Identifier: Apache-2.0
/** The Java side of the benchmarks that {@code integration-tests/bench/run} runs. No test, and not run by the build. */
package org.vfio4j.bench;
