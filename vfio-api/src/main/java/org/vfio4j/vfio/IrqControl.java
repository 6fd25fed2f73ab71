// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_ACTION_MASK;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_ACTION_TRIGGER;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_ACTION_UNMASK;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_DATA_BOOL;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_DATA_EVENTFD;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_DATA_NONE;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.abi.IrqSetLayout;
import org.vfio4j.vfio.abi.VfioIoctl;
import org.vfio4j.vfio.internal.Structs;

/**
 * How one IRQ of a device is signalled and masked: VFIO_DEVICE_SET_IRQS. Each method is one call, with one IRQ of the
 * index. Platform devices have no more in one.
 *
 * <p>A level-triggered IRQ masks itself when it fires. Whether it is masked outlasts the eventfd that it signals: one that
 * fired before the eventfd was there stays silent until it is unmasked. So the safe order is {@link #setTrigger}, then
 * {@link #setUnmaskEventFd} where it is used, then {@link #unmask} once.
 *
 * <p>Every method throws {@link VfioException} if the kernel refuses: with {@link Step#REQUEST_IRQ} if Linux could not
 * request the interrupt line when the device was opened, which no later call changes, else with {@link Step#SET_IRQS}.
 *
 * <p>Safe for use by several threads. Masking, unmasking and firing allocate no memory.
 *
 * <p>Source: {@code linux/vfio.h}, {@code drivers/vfio/platform/vfio_platform_irq.c}.
 */
public final class IrqControl {
    private static final int NO_EVENTFD = -1;

    private final FileDescriptor device;
    private final int index;
    private final ByteBuffer fire;
    private final ByteBuffer mask;
    private final ByteBuffer unmask;

    IrqControl(FileDescriptor device, int index) {
        this.device = device;
        this.index = index;
        this.fire = set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 1, 0);
        this.mask = set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, 1, 0);
        this.unmask = set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK, 1, 0);
    }

    /** {@return device and index, such as {@code 9000000.pl011 IRQ 0}} */
    public String name() {
        return device.name() + " IRQ " + index;
    }

    /** {@return which IRQ index} */
    public int index() {
        return index;
    }

    /**
     * Enables the IRQ: an eventfd is signalled when it fires, instead of any other one before.
     *
     * @param eventFd the eventfd; the kernel keeps hold of it
     * @throws VfioException if the kernel refuses
     */
    public void setTrigger(EventFd eventFd) throws VfioException {
        setEventFd(VFIO_IRQ_SET_ACTION_TRIGGER, "trigger eventfd", eventFd);
    }

    /**
     * Disables the IRQ. The eventfd is signalled no more once this returns.
     *
     * @throws VfioException if the kernel refuses
     */
    public void removeTrigger() throws VfioException {
        removeEventFd(VFIO_IRQ_SET_ACTION_TRIGGER, "trigger eventfd");
    }

    /**
     * Disables all of the index, which for a platform device is the same as {@link #removeTrigger}.
     *
     * @throws VfioException if the kernel refuses
     */
    public void tearDown() throws VfioException {
        call("teardown", set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0));
    }

    /**
     * Runs the kernel's interrupt handler as if the line had fired: an edge-triggered IRQ is signalled; a level-triggered
     * one is masked and signalled, or nothing happens if it is masked.
     *
     * @throws VfioException if the kernel refuses
     */
    public void fire() throws VfioException {
        call("fire", fire);
    }

    /**
     * Masks the IRQ. Masks do not nest.
     *
     * @throws VfioException if the kernel refuses; EINVAL if it is not maskable
     */
    public void mask() throws VfioException {
        call("mask", mask);
    }

    /**
     * Unmasks the IRQ. If the line is still asserted, it fires at once.
     *
     * @throws VfioException if the kernel refuses; EINVAL if it is not maskable
     */
    public void unmask() throws VfioException {
        call("unmask", unmask);
    }

    /**
     * Lets the kernel mask the IRQ whenever an eventfd is signalled, and at once if it has a count. The kernel takes the
     * counts.
     *
     * @param eventFd the eventfd
     * @throws VfioException if the kernel refuses; EBUSY if there is one already, EINVAL if the IRQ is not maskable
     */
    public void setMaskEventFd(EventFd eventFd) throws VfioException {
        setEventFd(VFIO_IRQ_SET_ACTION_MASK, "mask eventfd", eventFd);
    }

    /**
     * Ends what {@link #setMaskEventFd} began, and does nothing if there is none.
     *
     * @throws VfioException if the kernel refuses
     */
    public void removeMaskEventFd() throws VfioException {
        removeEventFd(VFIO_IRQ_SET_ACTION_MASK, "mask eventfd");
    }

    /**
     * Lets the kernel unmask the IRQ whenever an eventfd is signalled, and at once if it has a count. The kernel takes the
     * counts.
     *
     * @param eventFd the eventfd, such as the resamplefd of KVM_IRQFD
     * @throws VfioException if the kernel refuses; EBUSY if there is one already, EINVAL if the IRQ is not maskable
     */
    public void setUnmaskEventFd(EventFd eventFd) throws VfioException {
        setEventFd(VFIO_IRQ_SET_ACTION_UNMASK, "unmask eventfd", eventFd);
    }

    /**
     * Ends what {@link #setUnmaskEventFd} began, and does nothing if there is none.
     *
     * @throws VfioException if the kernel refuses
     */
    public void removeUnmaskEventFd() throws VfioException {
        removeEventFd(VFIO_IRQ_SET_ACTION_UNMASK, "unmask eventfd");
    }

    /**
     * Asks whether Linux could request the interrupt line when the device was opened, with a call that changes nothing.
     * Kernels before 6.9 request it in {@link #setTrigger}, and have nothing to tell before.
     *
     * @return why it could not; empty if it could
     */
    public Optional<VfioException> requestError() {
        int error = -askRequest();
        return error > 0 ? Optional.of(VfioException.of(Step.REQUEST_IRQ, name(), error)) : Optional.empty();
    }

    /** The remembered error comes before the action is looked at, and a trigger of which the byte is 0 fires nothing. */
    private int askRequest() {
        return device.ioctl(
                VfioIoctl.VFIO_DEVICE_SET_IRQS, set(VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER, 1, 1));
    }

    private void setEventFd(int action, String what, EventFd eventFd) throws VfioException {
        ByteBuffer set = set(VFIO_IRQ_SET_DATA_EVENTFD | action, 1, Integer.BYTES);
        int result = eventFd.descriptor().use(number -> {
            set.putInt(IrqSetLayout.DATA, number);
            return device.ioctl(VfioIoctl.VFIO_DEVICE_SET_IRQS, set);
        });
        if (result == -Errno.EBUSY.number() && action == VFIO_IRQ_SET_ACTION_TRIGGER) {
            // A trigger is replaced, so this can only be request_irq of a kernel before 6.9.
            throw VfioException.of(Step.REQUEST_IRQ, name(), -result);
        }
        check(what, result);
    }

    private void removeEventFd(int action, String what) throws VfioException {
        call(what, set(VFIO_IRQ_SET_DATA_EVENTFD | action, 1, Integer.BYTES).putInt(IrqSetLayout.DATA, NO_EVENTFD));
    }

    private void call(String what, ByteBuffer set) throws VfioException {
        check(what, device.ioctl(VfioIoctl.VFIO_DEVICE_SET_IRQS, set));
    }

    private void check(String what, int result) throws VfioException {
        if (result >= 0) {
            return;
        }
        if (askRequest() == result) {
            throw VfioException.of(Step.REQUEST_IRQ, name(), -result);
        }
        throw VfioException.of(Step.SET_IRQS, name() + " " + what, -result);
    }

    private ByteBuffer set(int flags, int count, int dataBytes) {
        return Structs.withArgsz(IrqSetLayout.SIZE + dataBytes)
                .putInt(IrqSetLayout.FLAGS, flags)
                .putInt(IrqSetLayout.INDEX, index)
                .putInt(IrqSetLayout.COUNT, count);
    }
}
