// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tests of this module which run in a guest of the lab. {@link GuestTestEngine} starts them and reports them here. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface GuestSuite {
    /** What the JUnit console of the guest selects and filters. */
    String[] select();

    /** Further options of the guest's kernel. */
    String[] boot() default {};

    /** What is added to the lab's device tree: a file of the test resources, beside this class. */
    String tree() default "";

    /** System properties of the guest's JVM, {@code name=value}. */
    String[] properties() default {};

    /** When the run is ended, in seconds. */
    int bound() default 900;
}
