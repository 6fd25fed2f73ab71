// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

/**
 * A method of a node that a client runs by {@code call-method}, such as {@code instantiate-rtas} of {@code /rtas} or
 * {@code ibm,client-architecture-support} of {@code /} on a PowerPC machine.
 */
@FunctionalInterface
public interface PackageMethod {
    /**
     * Runs. What it throws goes through to the caller of {@link ClientInterface#call}.
     *
     * @param call who is called with what
     * @return the result
     */
    MethodResult call(MethodCall call);
}
