// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_irq_info}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_irq_info")
public final class IrqInfoLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** u32: bytes that the caller has room for; out: bytes that the kernel has to say. */
    public static final int ARGSZ = 0;

    /** u32: out, {@code VFIO_IRQ_INFO_}. */
    public static final int FLAGS = 4;

    /** u32: in, which IRQ index. */
    public static final int INDEX = 8;

    /** u32: out, the IRQs in the index. */
    public static final int COUNT = 12;

    private IrqInfoLayout() {}
}
