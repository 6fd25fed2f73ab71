// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.sim.Calls.failure;
import static org.vfio4j.platform.sim.Calls.memory;
import static org.vfio4j.platform.sim.Calls.words;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * VFIO_DEVICE_SET_IRQS: vfio_set_irqs_validate_and_prepare (Linux drivers/vfio/vfio_main.c), then vfio_platform_irq.c.
 * The flash has two IRQs: 0 is an edge, 1 a level.
 */
class SetIrqsTest {
    private static final int NONE = 1;
    private static final int BOOL = 2;
    private static final int EVENTFD = 4;
    private static final int MASK = 8;
    private static final int UNMASK = 16;
    private static final int TRIGGER = 32;
    private static final int EDGE = 0;
    private static final int LEVEL = 1;

    private final SimulatedBoard board = SmallTree.builder().bindAll().build();
    private final Calls calls = new Calls(board);
    private final int flash = calls.openDevice("/dev/vfio/1", SmallTree.FLASH);
    private final int event = calls.linux.eventfd(0, LinuxSyscalls.EFD_NONBLOCK);

    private int setIrqs(int size, int argsz, int flags, int index, int start, int count) {
        return calls.linux.ioctl(flash, VfioIoctl.VFIO_DEVICE_SET_IRQS, words(size, argsz, flags, index, start, count));
    }

    private int act(int flags, int index) {
        return setIrqs(20, 20, NONE | flags, index, 0, 1);
    }

    private int actIf(int flags, int index, int condition) {
        ByteBuffer set = words(24, 21, BOOL | flags, index, 0, 1).put(20, (byte) condition);
        return calls.linux.ioctl(flash, VfioIoctl.VFIO_DEVICE_SET_IRQS, set);
    }

    private int setEvent(int flags, int index, int fd) {
        ByteBuffer set = words(24, 24, EVENTFD | flags, index, 0, 1, fd);
        return calls.linux.ioctl(flash, VfioIoctl.VFIO_DEVICE_SET_IRQS, set);
    }

    /** How often the eventfd was signalled since the last look. */
    private long events(int fd) {
        ByteBuffer count = memory(8);
        int result = calls.linux.read(fd, count);
        if (result == failure(Errno.EAGAIN)) {
            return 0;
        }
        assertThat(result).isEqualTo(8);
        return count.getLong(0);
    }

    @ParameterizedTest
    @CsvSource({
        "argsz below the header, 24, 19, 0x21, 0, 0, 1, EINVAL",
        "index = number of IRQs, 24, 24, 0x21, 2, 0, 1, EINVAL",
        "unknown flag, 24, 24, 0x61, 0, 0, 1, EINVAL",
        "start + count wraps, 24, 24, 0x21, 0, 1, -1, EINVAL",
        "start = number of IRQs, 24, 24, 0x21, 0, 2, 0, EINVAL",
        "start + count beyond the IRQs, 24, 24, 0x21, 0, 1, 2, EINVAL",
        "no data type, 24, 24, 0x20, 0, 0, 1, EINVAL",
        "two data types, 24, 24, 0x23, 0, 0, 1, EINVAL",
        "no room for the eventfd, 24, 23, 0x24, 0, 0, 1, EINVAL",
        "no room for the bool, 24, 20, 0x22, 0, 0, 1, EINVAL",
        "data not reachable, 20, 24, 0x24, 0, 0, 1, EFAULT",
        "no action, 24, 24, 0x01, 0, 0, 1, ENOTTY",
        "two actions, 24, 24, 0x31, 0, 0, 1, ENOTTY",
        "the checks of the core come before the action, 24, 24, 0x01, 2, 0, 1, EINVAL",
        "a second IRQ in an index, 24, 24, 0x21, 0, 1, 1, EINVAL",
        "count 2 passes the core only, 24, 24, 0x21, 0, 0, 2, EINVAL",
        "count 0 with bool, 24, 24, 0x22, 0, 0, 0, EINVAL",
        "count 0 with mask, 24, 24, 0x09, 1, 0, 0, EINVAL",
        "mask an edge, 24, 24, 0x09, 0, 0, 1, EINVAL",
        "unmask an edge, 24, 24, 0x11, 0, 0, 1, EINVAL"
    })
    void aRequestThatMakesNoSenseIsRefused(
            String why, int size, int argsz, int flags, int index, int start, int count, Errno errno) {
        assertThat(setIrqs(size, argsz, flags, index, start, count)).as(why).isEqualTo(failure(errno));
    }

    @Test
    void aDeviceWithoutInterruptsHasNoIndex() {
        int twin = calls.openDevice("/dev/vfio/2", SmallTree.LEFT);
        assertThat(calls.linux.ioctl(twin, VfioIoctl.VFIO_DEVICE_SET_IRQS, words(20, 20, NONE | TRIGGER)))
                .isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void anEdgeSignalsEachTime() {
        assertThat(setEvent(TRIGGER, EDGE, event)).isZero();
        assertThat(act(TRIGGER, EDGE)).isZero();
        assertThat(act(TRIGGER, EDGE)).isZero();
        assertThat(events(event)).isEqualTo(2);
    }

    @Test
    void aLevelSignalsOnceUntilItIsUnmasked() {
        setEvent(TRIGGER, LEVEL, event);
        assertThat(act(TRIGGER, LEVEL)).isZero();
        assertThat(act(TRIGGER, LEVEL)).isZero();
        assertThat(events(event)).isEqualTo(1);
        assertThat(act(UNMASK, LEVEL)).isZero();
        act(TRIGGER, LEVEL);
        assertThat(events(event)).isEqualTo(1);
    }

    @Test
    void aMaskedLevelDoesNotSignal() {
        setEvent(TRIGGER, LEVEL, event);
        assertThat(act(MASK, LEVEL)).isZero();
        act(TRIGGER, LEVEL);
        assertThat(events(event)).isZero();
    }

    @Test
    void boolsActIfTheyAreSet() {
        setEvent(TRIGGER, LEVEL, event);
        assertThat(actIf(TRIGGER, LEVEL, 0)).isZero();
        assertThat(events(event)).isZero();
        assertThat(actIf(TRIGGER, LEVEL, 1)).isZero();
        assertThat(events(event)).isEqualTo(1);
        assertThat(actIf(UNMASK, LEVEL, 0)).isZero();
        act(TRIGGER, LEVEL);
        assertThat(events(event)).as("still masked").isZero();
        actIf(UNMASK, LEVEL, 1);
        actIf(MASK, LEVEL, 0);
        act(TRIGGER, LEVEL);
        assertThat(events(event)).isEqualTo(1);
    }

    @Test
    void theTriggerCanBeRemovedInTwoWays() {
        setEvent(TRIGGER, EDGE, event);
        assertThat(setEvent(TRIGGER, EDGE, -1)).isZero();
        act(TRIGGER, EDGE);
        setEvent(TRIGGER, EDGE, event);
        assertThat(setIrqs(20, 20, NONE | TRIGGER, EDGE, 0, 0)).isZero();
        act(TRIGGER, EDGE);
        assertThat(events(event)).isZero();
    }

    @Test
    void theTriggerMustBeAnEventfdAndTheOldOneIsGoneIfItIsNot() {
        setEvent(TRIGGER, EDGE, event);
        assertThat(setEvent(TRIGGER, EDGE, 999)).isEqualTo(failure(Errno.EBADF));
        act(TRIGGER, EDGE);
        assertThat(events(event)).isZero();
        assertThat(setEvent(TRIGGER, EDGE, flash)).isEqualTo(failure(Errno.EINVAL));
    }

    @Test
    void aMaskOutlivesTheTrigger() {
        setEvent(TRIGGER, LEVEL, event);
        act(TRIGGER, LEVEL);
        int other = calls.linux.eventfd(0, LinuxSyscalls.EFD_NONBLOCK);
        setEvent(TRIGGER, LEVEL, other);
        act(TRIGGER, LEVEL);
        assertThat(events(other)).as("masked by the interrupt before").isZero();
    }

    @Test
    void anEventfdUnmasksWithoutACall() {
        int resample = calls.linux.eventfd(0, LinuxSyscalls.EFD_NONBLOCK);
        setEvent(TRIGGER, LEVEL, event);
        assertThat(setEvent(UNMASK, LEVEL, resample)).isZero();
        act(TRIGGER, LEVEL);
        events(event);
        calls.linux.write(resample, memory(8).putLong(0, 1));
        act(TRIGGER, LEVEL);
        assertThat(events(event)).isEqualTo(1);
        assertThat(events(resample)).as("taken by the kernel").isZero();
    }

    @Test
    void oneEventfdCanMaskAndOneUnmask() {
        int watch = calls.linux.eventfd(0, LinuxSyscalls.EFD_NONBLOCK);
        assertThat(setEvent(MASK, LEVEL, watch)).isZero();
        assertThat(setEvent(MASK, LEVEL, event)).isEqualTo(failure(Errno.EBUSY));
        assertThat(setEvent(UNMASK, LEVEL, event)).isZero();
        assertThat(setEvent(MASK, LEVEL, -1)).isZero();
        assertThat(setEvent(MASK, LEVEL, event)).as("after removal").isZero();
        assertThat(setEvent(MASK, LEVEL, 999)).isEqualTo(failure(Errno.EBADF));
    }

    @Test
    void aCountThatIsThereBeforeActsAtOnce() {
        setEvent(TRIGGER, LEVEL, event);
        act(TRIGGER, LEVEL);
        events(event);
        int resample = calls.linux.eventfd(1, LinuxSyscalls.EFD_NONBLOCK);
        setEvent(UNMASK, LEVEL, resample);
        act(TRIGGER, LEVEL);
        assertThat(events(event)).isEqualTo(1);
    }

    @Test
    void closingTheEventfdFreesThePlace() {
        int watch = calls.linux.eventfd(0, 0);
        setEvent(UNMASK, LEVEL, watch);
        calls.linux.close(watch);
        assertThat(setEvent(UNMASK, LEVEL, event)).isZero();
    }

    @Test
    void anInterruptThatSomebodyHasIsRefusedAtSetIrqsAndNotAtOpen() throws Exception {
        calls.openDevice("/dev/vfio/0", SmallTree.UART);
        int rival = calls.openDevice(SmallTree.RIVAL);
        assertThat(calls.linux.ioctl(rival, VfioIoctl.VFIO_DEVICE_SET_IRQS, words(20, 20, NONE | TRIGGER, 0, 0, 1)))
                .isEqualTo(failure(Errno.EBUSY));
        assertThat(calls.linux.ioctl(rival, VfioIoctl.VFIO_DEVICE_SET_IRQS, words(20, 20, NONE, 0, 0, 1)))
                .as("before the action is looked at")
                .isEqualTo(failure(Errno.EBUSY));
    }

    @Test
    void closingTheDeviceForgetsEverything() {
        setEvent(TRIGGER, LEVEL, event);
        setEvent(UNMASK, LEVEL, calls.linux.eventfd(0, 0));
        act(MASK, LEVEL);
        int again = calls.linux.close(flash);
        assertThat(again).isZero();
        assertThat(calls.linux.ioctl(flash, VfioIoctl.VFIO_DEVICE_SET_IRQS, words(20, 20)))
                .isEqualTo(failure(Errno.EBADF));
    }
}
