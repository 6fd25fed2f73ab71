// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * What VFIO_DEVICE_SET_IRQS refuses: vfio_set_irqs_validate_and_prepare (drivers/vfio/vfio_main.c), then
 * vfio_platform_set_irqs_ioctl. Data: 1 none, 2 bool, 4 eventfd; action: 8 mask, 16 unmask, 32 trigger.
 */
class SetIrqsTest extends ConformanceTest {
    private String setIrqs(int device, int argsz, int flags, int index, int start, int count, int data) {
        ByteBuffer set = Calls.words(64, argsz, flags, index, start, count, data);
        return calls.ioctl(device, VfioIoctl.VFIO_DEVICE_SET_IRQS, set);
    }

    @ParameterizedTest
    @CsvSource({
        // argsz, flags, index, start, count
        "20, 0x21, 0, 0, 1, ok",
        "19, 0x21, 0, 0, 1, EINVAL",
        "20, 0x21, 1, 0, 1, EINVAL",
        "20, 0x21, -1, 0, 1, EINVAL",
        "20, 0x61, 0, 0, 1, EINVAL",
        "20, 0x80000021, 0, 0, 1, EINVAL",
        "20, 0x20, 0, 0, 1, EINVAL",
        "24, 0x23, 0, 0, 1, EINVAL",
        "24, 0x25, 0, 0, 1, EINVAL",
        "24, 0x27, 0, 0, 1, EINVAL",
        "20, 0x01, 0, 0, 1, ENOTTY",
        "20, 0x39, 0, 0, 1, ENOTTY",
        "20, 0x19, 0, 0, 1, ENOTTY",
        "20, 0x29, 0, 0, 1, ENOTTY",
        "20, 0x31, 0, 0, 1, ENOTTY",
        "20, 0x01, 0, 0, 0, ENOTTY",
        "20, 0x21, 0, 1, 1, EINVAL",
        "20, 0x21, 0, 1, 0, EINVAL",
        "20, 0x21, 0, 0, 2, EINVAL",
        "20, 0x21, 0, 0, -1, EINVAL",
        "20, 0x21, 0, 0, -2, EINVAL",
        "20, 0x21, 0, -1, 1, EINVAL",
        "20, 0x21, 0, -1, 0, EINVAL",
        "20, 0x22, 0, 0, 1, EINVAL",
        "21, 0x22, 0, 0, 1, ok",
        "20, 0x24, 0, 0, 1, EINVAL",
        "23, 0x24, 0, 0, 1, EINVAL",
        "20, 0x21, 0, 0, 0, ok",
        "20, 0x22, 0, 0, 0, EINVAL",
        "20, 0x24, 0, 0, 0, EINVAL",
        "20, 0x09, 0, 0, 0, EINVAL",
        "20, 0x11, 0, 0, 0, EINVAL",
        "20, 0x09, 0, 0, 1, ok",
        "20, 0x11, 0, 0, 1, ok",
        "21, 0x0a, 0, 0, 1, ok",
        "21, 0x12, 0, 0, 1, ok",
        "20, 0x0a, 0, 0, 1, EINVAL",
        "100, 0x21, 0, 0, 1, ok"
    })
    void theArgumentsOfALevelInterrupt(int argsz, long flags, int index, int start, int count, String expected) {
        assertThat(setIrqs(calls.device(LabDevice.SATA), argsz, (int) flags, index, start, count, 0))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0x09", "0x0a", "0x0c", "0x11", "0x12", "0x14"})
    void anEdgeInterruptCannotBeMasked(int flags) {
        assertThat(setIrqs(calls.device(LabDevice.VIRTIO), 24, flags, 0, 0, 1, -1))
                .isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({"0x21, 1", "0x21, 0", "0x24, 1", "0x09, 1"})
    void aDeviceWithoutInterruptsHasNothingToSet(int flags, int count) {
        assertThat(setIrqs(calls.device(LabDevice.DMA), 24, flags, 0, 0, count, -1))
                .isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({"0x24", "0x0c", "0x14"})
    void anEventfdMustBeOne(int flags) {
        int sata = calls.device(LabDevice.SATA);
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, 9999)).as("not open").isEqualTo("EBADF");
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, sata)).as("a device").isEqualTo("EINVAL");
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, -1)).as("none").isEqualTo("ok");
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, -7)).as("negative").isEqualTo("ok");
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, calls.eventfd(0))).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({"0x0c", "0x14"})
    void oneEventfdListensAtATime(int flags) {
        int sata = calls.device(LabDevice.SATA);
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, calls.eventfd(0))).isEqualTo("ok");
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, calls.eventfd(0))).isEqualTo("EBUSY");
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, -1)).isEqualTo("ok");
        assertThat(setIrqs(sata, 24, flags, 0, 0, 1, calls.eventfd(0))).isEqualTo("ok");
    }

    @Test
    void theTriggerIsReplaced() {
        int sata = calls.device(LabDevice.SATA);
        assertThat(setIrqs(sata, 24, 0x24, 0, 0, 1, calls.eventfd(0))).isEqualTo("ok");
        assertThat(setIrqs(sata, 24, 0x24, 0, 0, 1, calls.eventfd(0))).isEqualTo("ok");
    }

    @Test
    void theStructureMustBeReachable() {
        int sata = calls.device(LabDevice.SATA);
        assertThat(calls.ioctl(sata, VfioIoctl.VFIO_DEVICE_SET_IRQS, 0L)).isEqualTo("EFAULT");
    }

    @Test
    void everyInterruptThatNobodyHadCanBeHad() {
        for (LabDevice device : LabDevice.values()) {
            if (device == LabDevice.GPIO) {
                continue;
            }
            int fd = calls.device(device);
            for (int i = 0; i < device.irqs.size(); i++) {
                assertThat(setIrqs(fd, 24, 0x24, i, 0, 1, calls.eventfd(0)))
                        .as(device.device)
                        .isEqualTo("ok");
            }
        }
    }

    /**
     * The GPIO controller's own driver chained its handler, which marks the interrupt as not to be requested for good
     * (irq_set_chained_handler, kernel/irq/chip.c). The device opens, and what request_irq said is told here, before
     * the action is looked at, but after the checks of all devices.
     */
    @Test
    void anInterruptThatADriverHadChainedIsLost() {
        int gpio = calls.device(LabDevice.GPIO);
        for (int flags : new int[] {0x24, 0x21, 0x09, 0x11, 0x01}) {
            assertThat(setIrqs(gpio, 24, flags, 0, 0, 1, -1)).isEqualTo("EINVAL");
        }
    }
}
