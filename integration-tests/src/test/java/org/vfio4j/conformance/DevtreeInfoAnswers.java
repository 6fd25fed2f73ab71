// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * What a kernel says of all regions and interrupts of a device, as bytes of the ABI and not by the code that is tested.
 *
 * @param regions such as {@code ranges[0] of /soc/dma, 0x200 bytes, flags 3}
 * @param irqs such as {@code interrupt 0 of /soc/dma/channel, flags 7}
 */
record DevtreeInfoAnswers(List<String> regions, List<String> irqs) {
    /** _IO(';', 0xf0). */
    static final int REQUEST = 0x3bf0;

    static final int REGION = 0;
    static final int IRQ = 1;

    private static final int RANGES = 1 << 3;

    static DevtreeInfoAnswers of(Calls calls, int device) {
        ByteBuffer info = Calls.words(16, 16);
        assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_INFO, info)).isEqualTo("ok");
        List<String> regions = new ArrayList<>();
        for (int i = 0; i < info.getInt(8); i++) {
            ByteBuffer region = Calls.words(32, 32, 0, i);
            assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_REGION_INFO, region))
                    .isEqualTo("ok");
            regions.add("%s, %#x bytes, flags %d"
                    .formatted(entry(calls, device, REGION, i), region.getLong(16), region.getInt(4)));
        }
        List<String> irqs = new ArrayList<>();
        for (int i = 0; i < info.getInt(12); i++) {
            ByteBuffer irq = Calls.words(16, 16, 0, i);
            assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_GET_IRQ_INFO, irq))
                    .isEqualTo("ok");
            irqs.add("%s, flags %d".formatted(entry(calls, device, IRQ, i), irq.getInt(4)));
        }
        return new DevtreeInfoAnswers(regions, irqs);
    }

    private static String entry(Calls calls, int device, int type, int index) {
        ByteBuffer request = Calls.words(512, 512, -1, index, type, -1);
        assertThat(calls.ioctl(device, REQUEST, request)).isEqualTo("ok");
        byte[] path = new byte[512 - 20];
        request.get(20, path);
        String text = new String(path, StandardCharsets.UTF_8);
        int flags = request.getInt(4);
        String property = type == IRQ && flags == 0
                ? "interrupt "
                : flags == RANGES ? "ranges[" : flags == 0 ? "reg[" : "flags " + flags + "[";
        return property + request.getInt(16) + (type == IRQ ? "" : "]") + " of "
                + text.substring(0, text.indexOf('\0'));
    }

    List<String> of(int type) {
        return type == REGION ? regions : irqs;
    }
}
