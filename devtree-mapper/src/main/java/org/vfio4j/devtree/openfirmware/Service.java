// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

/**
 * A service: how many arguments it takes, and what it does.
 *
 * @param leastArguments fewest arguments
 * @param mostArguments most arguments
 * @param body runs it
 */
record Service(int leastArguments, int mostArguments, Body body) {
    /** The result of a service that failed, and of a call with another number of arguments than it takes. */
    static final int FAILED = -1;

    /** What a service does. */
    @FunctionalInterface
    interface Body {
        /** Runs with a number of arguments that fits; gives the first return cell and may set others. */
        int run(CallFrame frame);
    }

    static Service of(int arguments, Body body) {
        return new Service(arguments, arguments, body);
    }

    static Service of(int leastArguments, int mostArguments, Body body) {
        return new Service(leastArguments, mostArguments, body);
    }

    int run(CallFrame frame) {
        int count = frame.argumentCount();
        return count < leastArguments || count > mostArguments ? FAILED : body.run(frame);
    }
}
