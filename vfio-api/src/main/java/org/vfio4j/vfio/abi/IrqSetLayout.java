// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_irq_set}. */
@Uapi(header = "linux/vfio.h", struct = "vfio_irq_set")
public final class IrqSetLayout {
    /** Bytes, without the data. */
    public static final int SIZE = 20;

    /** u32: bytes, with the data. */
    public static final int ARGSZ = 0;

    /** u32: one {@code VFIO_IRQ_SET_DATA_} and one {@code VFIO_IRQ_SET_ACTION_}. */
    public static final int FLAGS = 4;

    /** u32: which IRQ index. */
    public static final int INDEX = 8;

    /** u32: the first IRQ in the index. */
    public static final int START = 12;

    /** u32: how many IRQs. */
    public static final int COUNT = 16;

    /** Bytes or s32 descriptors, aligned to 4 only. */
    public static final int DATA = 20;

    private IrqSetLayout() {}
}
