// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** A {@link DeviceModel} used an address that leads to no memory, or not for what it does. */
public final class DmaFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient DmaFault fault;

    DmaFaultException(DmaFault fault) {
        super(fault.toString());
        this.fault = fault;
    }

    /** {@return what happened} */
    public DmaFault fault() {
        return fault;
    }
}
