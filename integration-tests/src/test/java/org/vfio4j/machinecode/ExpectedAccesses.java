// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.machinecode;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A test of each method of {@link CompiledAccesses}, with the accesses that it must have: exactly one load or store of the
 * width each, also if the value is not used, if the same register is next, or its neighbour. Memory cannot show this; a
 * device would.
 */
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@CsvSource({
    "discardedRead8, load 8 at 7c4",
    "discardedRead16, load 16 at 7c4",
    "discardedRead32, load 32 at 7c4",
    "discardedRead64, load 64 at 7c8",
    "sameReadTwice, load 32 at 7c4; load 32 at 7c4",
    "sameReadTwice8, load 8 at 7c4; load 8 at 7c4",
    "adjacentReads, load 32 at 7c4; load 32 at 7c8",
    "oneWrite8, store 8 at 7c4",
    "oneWrite16, store 16 at 7c4",
    "oneWrite32, store 32 at 7c4",
    "oneWrite64, store 64 at 7c8",
    "sameWriteTwice, store 32 at 7c4; store 32 at 7c4",
    "adjacentWrites, store 32 at 7c8; store 32 at 7cc",
    "adjacentWrites8, store 8 at 7c4; store 8 at 7c5",
    "writeThenRead, store 32 at 7c4; load 32 at 7c4",
})
public @interface ExpectedAccesses {}
