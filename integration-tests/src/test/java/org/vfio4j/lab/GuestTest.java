// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.util.Optional;

/**
 * A test that ran in the guest.
 *
 * @param className its class
 * @param name as reports have it, such as {@code rule(LabDevice)[2]}
 * @param displayName as a person reads it, with those of its class and method
 * @param skipped why it was not run
 * @param failure what went wrong
 */
record GuestTest(
        String className, String name, String displayName, Optional<String> skipped, Optional<GuestFailure> failure) {
    /** Stands for all tests of a suite that could not be started. */
    static GuestTest notRun(Class<?> suite, String why) {
        return new GuestTest(suite.getName(), "suite", "suite", Optional.of(why), Optional.empty());
    }

    /** The method's name. */
    String method() {
        int end = name.indexOf('(');
        return end < 0 ? name : name.substring(0, end);
    }

    /** Simple names of the method's parameter types, separated by commas; may be empty. */
    String parameters() {
        int begin = name.indexOf('(');
        return begin < 0 ? "" : name.substring(begin + 1, name.indexOf(')', begin));
    }
}
