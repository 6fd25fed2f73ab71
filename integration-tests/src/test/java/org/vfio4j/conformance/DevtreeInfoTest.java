// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.conformance.DevtreeInfoAnswers.IRQ;
import static org.vfio4j.conformance.DevtreeInfoAnswers.REGION;
import static org.vfio4j.conformance.DevtreeInfoAnswers.REQUEST;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.vfio.abi.VfioIoctl;

/** Each errno of VFIO_DEVICE_GET_DEVTREE_INFO, and what is written (lab/module/README.md). */
class DevtreeInfoTest extends ConformanceTest {
    private static final String CRYPTO = "/soc@ffe000000/crypto@300000";

    /** argsz, flags, index, type, start. */
    private static final int FIXED = 20;

    /** With the 28 characters of the path, and a NUL. */
    private static final int NEEDED = FIXED + 28 + 1;

    private Rebinding bound;
    private int device;

    @BeforeEach
    void bind() throws IOException {
        bound = Rebinding.of(sysfs, "platform", LabDevice.CRYPTO.device, "vfio-devtree");
        device = calls.device(bound);
    }

    @AfterEach
    void unbind() {
        // Unbinding waits until nobody has the device open.
        calls.close();
        bound.close();
    }

    private String ask(ByteBuffer request) {
        return calls.ioctl(device, REQUEST, request);
    }

    /** A request about region 0 whose fields for the answer are 77, and so is what follows. */
    private static ByteBuffer request(int room, int argsz) {
        ByteBuffer request = Calls.memory(room);
        for (int i = 0; i < room; i++) {
            request.put(i, (byte) 77);
        }
        return request.putInt(0, argsz).putInt(8, 0).putInt(12, REGION);
    }

    private static final int UNTOUCHED = 0x4d4d4d4d;

    @Test
    void anAnswerHasAllFieldsAndThePath() {
        ByteBuffer info = request(256, 256);
        assertThat(ask(info)).isEqualTo("ok");
        assertThat(info.getInt(0)).as("argsz").isEqualTo(256);
        assertThat(info.getInt(4)).as("flags").isZero();
        assertThat(info.getInt(8)).as("index").isZero();
        assertThat(info.getInt(12)).as("type").isZero();
        assertThat(info.getInt(16)).as("start").isZero();
        byte[] path = new byte[CRYPTO.length()];
        info.get(FIXED, path);
        assertThat(new String(path, StandardCharsets.UTF_8)).isEqualTo(CRYPTO);
        assertThat(info.get(NEEDED - 1)).as("NUL").isZero();
        for (int i = NEEDED; i < 256; i++) {
            assertThat(info.get(i)).as("byte " + i).isEqualTo((byte) 77);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FIXED - 1})
    void argszShorterThanTheFixedPart(int argsz) {
        ByteBuffer info = request(256, argsz);
        assertThat(ask(info)).isEqualTo("EINVAL");
        assertThat(info.getInt(0)).as("argsz").isEqualTo(argsz);
    }

    @ParameterizedTest
    @ValueSource(ints = {FIXED, FIXED + 1, NEEDED - 1})
    void noRoomForThePathSaysWhatIsNeededAndNoMore(int argsz) {
        ByteBuffer info = request(256, argsz);
        assertThat(ask(info)).isEqualTo("ENOSPC");
        assertThat(info.getInt(0)).as("argsz").isEqualTo(NEEDED);
        assertThat(info.getInt(4)).as("flags").isEqualTo(UNTOUCHED);
        assertThat(info.getInt(16)).as("start").isEqualTo(UNTOUCHED);
        assertThat(info.get(FIXED)).as("path").isEqualTo((byte) 77);
    }

    @ParameterizedTest
    @ValueSource(ints = {NEEDED, NEEDED + 1, Integer.MAX_VALUE, -1})
    void argszIsUnsignedAndOnlyThePathIsWritten(int argsz) {
        ByteBuffer info = request(NEEDED, argsz);
        assertThat(ask(info)).isEqualTo("ok");
        assertThat(info.getInt(0)).as("argsz").isEqualTo(argsz);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "0, 2",
        "0, 1000",
        "0, 0x7fffffff",
        "0, -1",
        "1, 3",
        "1, 1000",
        "1, -1",
        "2, 0",
        "3, 0",
        "8, 0",
        "-1, 0"
    })
    void noSuchTypeOrIndex(int type, int index) {
        assertThat(ask(request(256, 256).putInt(8, index).putInt(12, type))).isEqualTo("EINVAL");
        // The room for the path is looked at after that.
        assertThat(ask(request(256, FIXED).putInt(8, index).putInt(12, type))).isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "1, 1", "1, 2"})
    void everyIndexAnswers(int type, int index) {
        assertThat(ask(request(256, 256).putInt(8, index).putInt(12, type))).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 0xfff, -1, -4096, 0x7fff_ffff_f000L})
    void aPointerToNowhere(long pointer) {
        assertThat(calls.ioctl(device, REQUEST, pointer)).isEqualTo("EFAULT");
    }

    /** The end of a page, after which there is none. */
    private long edge(int room) {
        int page = world.linux().pageSize();
        long pages = calls.pages(2);
        assertThat(world.linux().munmap(pages + page, page)).isZero();
        return pages + page - room;
    }

    @Test
    void aRequestThatRunsIntoABadPage() {
        for (int room : new int[] {1, FIXED - 1}) {
            assertThat(calls.ioctl(device, REQUEST, edge(room)))
                    .as(room + " bytes")
                    .isEqualTo("EFAULT");
        }
    }

    @Test
    void aPathThatRunsIntoABadPage() {
        long address = edge(NEEDED - 1);
        ByteBuffer info = world.linux().memory(address, NEEDED - 1);
        info.put(0, request(NEEDED - 1, 256), 0, NEEDED - 1);
        assertThat(calls.ioctl(device, REQUEST, address)).isEqualTo("EFAULT");
        assertThat(info.getInt(0)).as("argsz").isEqualTo(256);
        assertThat(info.getInt(4)).as("flags").isEqualTo(UNTOUCHED);
        assertThat(info.getInt(16)).as("start").isEqualTo(UNTOUCHED);
    }

    @Test
    void aRequestThatJustFitsBeforeABadPage() {
        long address = edge(NEEDED);
        ByteBuffer info = world.linux().memory(address, NEEDED);
        info.put(0, request(NEEDED, NEEDED), 0, NEEDED);
        assertThat(calls.ioctl(device, REQUEST, address)).isEqualTo("ok");
        long room = edge(FIXED);
        info = world.linux().memory(room, FIXED);
        info.put(0, request(FIXED, FIXED), 0, FIXED);
        assertThat(calls.ioctl(device, REQUEST, room)).isEqualTo("ENOSPC");
        assertThat(info.getInt(0)).isEqualTo(NEEDED);
    }

    /** The driver knows no such call, so it looks at nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"SATA", "DMA", "VIRTIO", "RTC"})
    void anotherDriverDoesNotHaveIt(LabDevice other) {
        int fd = calls.device(other);
        assertThat(calls.ioctl(fd, REQUEST, request(256, 256))).isEqualTo("ENOTTY");
        assertThat(calls.ioctl(fd, REQUEST, 0L)).as("NULL").isEqualTo("ENOTTY");
    }

    /** ACTION_TRIGGER, as vfio-platform-base has it: each of the three interrupts is a line of its own. */
    @Test
    void interruptsOfTheNodesBelowWork() {
        int[] eventfds = new int[3];
        for (int i = 0; i < 3; i++) {
            eventfds[i] = calls.eventfd(0);
            assertThat(calls.ioctl(
                            device, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(24, 24, 4 | 32, i, 0, 1, eventfds[i])))
                    .isEqualTo("ok");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(calls.ioctl(device, VfioIoctl.VFIO_DEVICE_SET_IRQS, Calls.words(20, 20, 1 | 32, i, 0, 1)))
                    .isEqualTo("ok");
            for (int j = 0; j < 3; j++) {
                assertThat(calls.take(eventfds[j])).as(i + " at " + j).isEqualTo(i == j ? 1 : 0);
            }
        }
    }

    @Test
    void theAnswersDoNotChangeAndNothingIsLeftHoweverOftenItIsBound() throws IOException {
        List<String> files = world.files().list(Path.of("/dev/vfio"));
        DevtreeInfoAnswers before = DevtreeInfoAnswers.of(calls, device);
        for (int i = 0; i < 30; i++) {
            unbind();
            bind();
            assertThat(DevtreeInfoAnswers.of(calls, device)).isEqualTo(before);
        }
        assertThat(before.of(IRQ)).hasSize(3);
        assertThat(world.files().list(Path.of("/dev/vfio"))).isEqualTo(files);
    }
}
