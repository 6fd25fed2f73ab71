// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which header of Linux the constants of a class come from, so that a test can compare all of them with what a C
 * compiler makes of that header.
 *
 * <p>Without {@link #struct}, each constant has the name that it has in the header. With it, the constants describe the
 * structure: {@code SIZE}, {@code MINIMUM_SIZE}, and each other one is the offset of the member of the same name in
 * lower case. A member named {@code size} is {@code SIZE_AT}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Uapi {
    /** {@return the header, such as {@code linux/vfio.h}} */
    String header();

    /** {@return the structure that the class describes, without {@code struct}; empty for plain constants} */
    String struct() default "";

    /** {@return the member of the structure, a structure itself, whose members the constants are; empty for its own} */
    String within() default "";

    /** {@return the architecture whose headers have it, as {@code os.arch} calls it; empty if all have it} */
    String architecture() default "";

    /** {@return the member that {@code MINIMUM_SIZE} ends with} */
    String minimumEndsWith() default "";
}
