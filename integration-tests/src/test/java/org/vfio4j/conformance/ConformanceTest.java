// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of the suite have: a kernel, and calls to it whose descriptors are closed after each test. */
@Timeout(60)
abstract class ConformanceTest {
    final World world = World.current();
    final Sysfs sysfs = new Sysfs(world.files());
    final Calls calls = new Calls(world);

    @AfterEach
    void closeEverything() {
        calls.close();
    }
}
