// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.abi.IrqSetLayout;
import org.vfio4j.vfio.abi.VfioFlags;

/**
 * VFIO_DEVICE_SET_IRQS: the checks of vfio_set_irqs_validate_and_prepare (drivers/vfio/vfio_main.c), then those of
 * vfio_platform_set_irqs_ioctl, in their order.
 */
final class SetIrqs {
    private static final int KNOWN_FLAGS =
            VfioFlags.VFIO_IRQ_SET_DATA_TYPE_MASK | VfioFlags.VFIO_IRQ_SET_ACTION_TYPE_MASK;
    private static final long U32_MAX = 0xffff_ffffL;

    private final FileTable files;
    private final List<IrqLine> irqs;

    SetIrqs(FileTable files, List<IrqLine> irqs) {
        this.files = files;
        this.irqs = irqs;
    }

    void run(UserBuffer set) {
        set.require(IrqSetLayout.SIZE);
        long argsz = Integer.toUnsignedLong(set.getInt(IrqSetLayout.ARGSZ));
        int flags = set.getInt(IrqSetLayout.FLAGS);
        long index = Integer.toUnsignedLong(set.getInt(IrqSetLayout.INDEX));
        long start = Integer.toUnsignedLong(set.getInt(IrqSetLayout.START));
        long count = Integer.toUnsignedLong(set.getInt(IrqSetLayout.COUNT));
        KernelError.requireValid(argsz >= IrqSetLayout.SIZE);
        KernelError.requireValid(index < irqs.size());
        KernelError.requireValid(count < U32_MAX - start);
        KernelError.requireValid((flags & ~KNOWN_FLAGS) == 0);
        // Linux takes the number of the device's IRQs here, not that of the index, which is always 1.
        KernelError.requireValid(start < irqs.size() && start + count <= irqs.size());
        long dataSize = count * elementSize(flags & VfioFlags.VFIO_IRQ_SET_DATA_TYPE_MASK);
        KernelError.requireValid(argsz - IrqSetLayout.SIZE >= dataSize);
        set.require(IrqSetLayout.SIZE + dataSize);
        act(set, irqs.get((int) index), flags, start, count);
    }

    private static int elementSize(int dataType) {
        return switch (dataType) {
            case VfioFlags.VFIO_IRQ_SET_DATA_NONE -> 0;
            case VfioFlags.VFIO_IRQ_SET_DATA_BOOL -> 1;
            case VfioFlags.VFIO_IRQ_SET_DATA_EVENTFD -> 4;
            default -> throw new KernelError(Errno.EINVAL);
        };
    }

    private void act(UserBuffer set, IrqLine irq, int flags, long start, long count) {
        irq.requireRequested();
        switch (flags & VfioFlags.VFIO_IRQ_SET_ACTION_TYPE_MASK) {
            case VfioFlags.VFIO_IRQ_SET_ACTION_MASK -> {
                requireMaskable(irq, start, count);
                switchMask(set, flags, irq.maskWatch(), irq::mask);
            }
            case VfioFlags.VFIO_IRQ_SET_ACTION_UNMASK -> {
                requireMaskable(irq, start, count);
                switchMask(set, flags, irq.unmaskWatch(), irq::unmask);
            }
            case VfioFlags.VFIO_IRQ_SET_ACTION_TRIGGER -> trigger(set, irq, flags, start, count);
            default -> throw new KernelError(Errno.ENOTTY);
        }
    }

    private static void requireMaskable(IrqLine irq, long start, long count) {
        KernelError.requireValid(start == 0 && count == 1);
        KernelError.requireValid(irq.isMaskable());
    }

    private void switchMask(UserBuffer set, int flags, EventWatch watch, Runnable now) {
        if ((flags & VfioFlags.VFIO_IRQ_SET_DATA_EVENTFD) != 0) {
            int fd = set.getInt(IrqSetLayout.DATA);
            if (fd >= 0) {
                watch.arm(eventFd(fd));
            } else {
                watch.disarm();
            }
        } else if (isOn(set, flags)) {
            now.run();
        }
    }

    private void trigger(UserBuffer set, IrqLine irq, int flags, long start, long count) {
        if (count == 0 && (flags & VfioFlags.VFIO_IRQ_SET_DATA_NONE) != 0) {
            irq.setTrigger(null);
            return;
        }
        KernelError.requireValid(start == 0 && count == 1);
        if ((flags & VfioFlags.VFIO_IRQ_SET_DATA_EVENTFD) != 0) {
            // The old eventfd is gone even if the new descriptor turns out to be none.
            irq.setTrigger(null);
            int fd = set.getInt(IrqSetLayout.DATA);
            if (fd >= 0) {
                irq.setTrigger(eventFd(fd));
            }
        } else if (isOn(set, flags)) {
            irq.fire();
        }
    }

    /** DATA_NONE means now, DATA_BOOL if the byte is not 0. */
    private static boolean isOn(UserBuffer set, int flags) {
        return (flags & VfioFlags.VFIO_IRQ_SET_DATA_NONE) != 0 || set.getByte(IrqSetLayout.DATA) != 0;
    }

    private EventFd eventFd(int fd) {
        if (files.get(fd) instanceof EventFd eventFd) {
            return eventFd;
        }
        throw new KernelError(Errno.EINVAL);
    }
}
