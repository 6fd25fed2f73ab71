// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** Interrupts that user space makes itself, and what masks them (drivers/vfio/platform/vfio_platform_irq.c). */
class IrqLoopbackTest extends ConformanceTest {
    private static final int MASK = 8;
    private static final int UNMASK = 16;
    private static final int TRIGGER = 32;

    /** DATA_NONE. */
    private void now(int device, int action) {
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(20, 20, 1 | action, 0, 0, 1)))
                .isEqualTo("ok");
    }

    /** DATA_BOOL. */
    private void now(int device, int action, int on) {
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 21, 2 | action, 0, 0, 1, on)))
                .isEqualTo("ok");
    }

    /** DATA_EVENTFD. */
    private void by(int device, int action, int eventfd) {
        assertThat(calls.ioctl(
                        device, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, 4 | action, 0, 0, 1, eventfd)))
                .isEqualTo("ok");
    }

    private int armed(int device) {
        int eventfd = calls.eventfd(0);
        by(device, TRIGGER, eventfd);
        return eventfd;
    }

    @ParameterizedTest
    @EnumSource(
            value = LabDevice.class,
            names = {"SATA", "CRYPTO", "VIRTIO", "RTC"})
    void aTriggerCountsOne(LabDevice device) {
        int fd = calls.device(device);
        int eventfd = armed(fd);
        assertThat(calls.take(eventfd)).as("before").isZero();
        now(fd, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
        assertThat(calls.take(eventfd)).as("taken").isZero();
    }

    @Test
    void anEdgeCountsEachTrigger() {
        int virtio = calls.device(LabDevice.VIRTIO);
        int eventfd = armed(virtio);
        for (int i = 0; i < 5; i++) {
            now(virtio, TRIGGER);
        }
        assertThat(calls.take(eventfd)).isEqualTo(5);
    }

    @Test
    void aLevelIsMaskedByItselfUntilItIsUnmasked() {
        int sata = calls.device(LabDevice.SATA);
        int eventfd = armed(sata);
        now(sata, TRIGGER);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
        now(sata, UNMASK);
        assertThat(calls.take(eventfd)).as("a masked trigger is lost").isZero();
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
    }

    @Test
    void masksDoNotNest() {
        int sata = calls.device(LabDevice.SATA);
        int eventfd = armed(sata);
        now(sata, MASK);
        now(sata, MASK);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isZero();
        now(sata, UNMASK);
        now(sata, UNMASK);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "2, 1", "255, 1", "256, 0"})
    void aBoolIsOneByte(int value, int expected) {
        int sata = calls.device(LabDevice.SATA);
        int eventfd = armed(sata);
        now(sata, TRIGGER, value);
        assertThat(calls.take(eventfd)).isEqualTo(expected);
    }

    @Test
    void aFalseBoolMasksAndUnmasksNothing() {
        int sata = calls.device(LabDevice.SATA);
        int eventfd = armed(sata);
        now(sata, MASK, 0);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
        now(sata, UNMASK, 0);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).as("still masked").isZero();
        now(sata, UNMASK, 1);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
    }

    /** The handler masks the line whether or not somebody listens, and another eventfd does not unmask it. */
    @Test
    void aTriggerWithoutEventfdIsLostAndLeavesALevelMasked() {
        int sata = calls.device(LabDevice.SATA);
        now(sata, TRIGGER);
        int eventfd = armed(sata);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isZero();
        now(sata, UNMASK);
        now(sata, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
    }

    @Test
    void onlyTheLastEventfdIsSignalled() {
        int virtio = calls.device(LabDevice.VIRTIO);
        int first = armed(virtio);
        int second = armed(virtio);
        now(virtio, TRIGGER);
        assertThat(calls.take(first)).isZero();
        assertThat(calls.take(second)).isOne();
    }

    @Test
    void aTriggerCanBeTakenAwayInTwoWays() {
        int virtio = calls.device(LabDevice.VIRTIO);
        int first = armed(virtio);
        by(virtio, TRIGGER, -1);
        now(virtio, TRIGGER);
        assertThat(calls.take(first)).isZero();
        int second = armed(virtio);
        assertThat(calls.ioctl(virtio, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(20, 20, 1 | TRIGGER, 0, 0, 0)))
                .isEqualTo("ok");
        now(virtio, TRIGGER);
        assertThat(calls.take(second)).isZero();
    }

    /** vfio_set_trigger lets go of the old one first. */
    @Test
    void aFailedReplacementLeavesNoTrigger() {
        int virtio = calls.device(LabDevice.VIRTIO);
        int eventfd = armed(virtio);
        assertThat(calls.ioctl(virtio, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, 4 | TRIGGER, 0, 0, 1, 9999)))
                .isEqualTo("EBADF");
        now(virtio, TRIGGER);
        assertThat(calls.take(eventfd)).isZero();
    }

    @Test
    void anEventfdMasksAndAnotherUnmasks() {
        int sata = calls.device(LabDevice.SATA);
        int trigger = armed(sata);
        int mask = calls.eventfd(0);
        int unmask = calls.eventfd(0);
        by(sata, MASK, mask);
        by(sata, UNMASK, unmask);
        calls.signal(mask);
        assertThat(calls.take(mask)).as("the kernel takes the count").isZero();
        now(sata, TRIGGER);
        assertThat(calls.take(trigger)).isZero();
        calls.signal(unmask);
        now(sata, TRIGGER);
        assertThat(calls.take(trigger)).isOne();
        calls.signal(unmask);
        now(sata, TRIGGER);
        assertThat(calls.take(trigger)).as("as often as one likes").isOne();
    }

    /** vfio_virqfd_enable: as if it had not missed it; the count stays, as nobody reads it. */
    @Test
    void anEventfdThatIsSignalledAlreadyActsAtOnce() {
        int sata = calls.device(LabDevice.SATA);
        int trigger = armed(sata);
        int mask = calls.eventfd(3);
        by(sata, MASK, mask);
        now(sata, TRIGGER);
        assertThat(calls.take(trigger)).isZero();
        assertThat(calls.take(mask)).isEqualTo(3);
    }

    @Test
    void aListenerThatIsRemovedActsNoMore() {
        int sata = calls.device(LabDevice.SATA);
        int trigger = armed(sata);
        int mask = calls.eventfd(0);
        by(sata, MASK, mask);
        by(sata, MASK, -1);
        calls.signal(mask);
        assertThat(calls.take(mask)).as("nobody took it").isOne();
        now(sata, TRIGGER);
        assertThat(calls.take(trigger)).isOne();
    }

    /** virqfd_shutdown: eventfd_ctx_remove_wait_queue takes the count. */
    @Test
    void removingAListenerTakesItsCount() {
        int sata = calls.device(LabDevice.SATA);
        int mask = calls.eventfd(3);
        by(sata, MASK, mask);
        by(sata, MASK, -1);
        assertThat(calls.take(mask)).isZero();
    }

    @Test
    void aClosedListenerMakesRoomForAnother() {
        int sata = calls.device(LabDevice.SATA);
        int mask = calls.eventfd(0);
        by(sata, MASK, mask);
        calls.close(mask);
        by(sata, MASK, calls.eventfd(0));
    }

    @Test
    void aClosedTriggerIsKeptAlive() {
        int virtio = calls.device(LabDevice.VIRTIO);
        calls.close(armed(virtio));
        now(virtio, TRIGGER);
    }

    @Test
    void closingTheDeviceForgetsTriggerAndMask() {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        int first = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        int old = armed(first);
        now(first, MASK);
        calls.close(first);
        int second = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        now(second, TRIGGER);
        assertThat(calls.take(old)).isZero();
        now(second, UNMASK);
        int eventfd = armed(second);
        now(second, TRIGGER);
        assertThat(calls.take(eventfd)).isOne();
    }
}
