// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vfio4j.vfio.abi.DevtreeInfo.VFIO_DEVICE_GET_DEVTREE_INFO;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.FileDescriptor;
import org.vfio4j.vfio.abi.PathInfoLayout;

/**
 * {@code VFIO_DEVICE_GET_DEVTREE_INFO} of the proposal "VFIO for Platform Devices" (2013), whose third example is the
 * device here: a {@code ranges} region of a DMA engine.
 */
class PathInfoTest {
    private static final String DMA = "/soc@ffe000000/dma@101300";

    private final FakeVfio linux = new FakeVfio();
    private final Device device = new Device(FileDescriptor.owning(linux, 3, "ffe101300.dma"), closed -> {});

    PathInfoTest() {
        linux.open.put(3, "device");
    }

    /** Answers as the proposal says, with ENOSPC and the needed size if the path does not fit. */
    private void answer(int flags, int start, String path) {
        linux.structs.put(VFIO_DEVICE_GET_DEVTREE_INFO, info -> {
            byte[] bytes = (path + '\0').getBytes(StandardCharsets.UTF_8);
            int room = info.getInt(PathInfoLayout.ARGSZ);
            info.putInt(PathInfoLayout.ARGSZ, PathInfoLayout.SIZE + bytes.length);
            if (room < PathInfoLayout.SIZE + bytes.length) {
                return -Errno.ENOSPC.number();
            }
            info.putInt(PathInfoLayout.FLAGS, flags);
            info.putInt(PathInfoLayout.START, start);
            info.put(PathInfoLayout.PATH, bytes);
            return 0;
        });
    }

    private void refused(Consumer<ByteBuffer> answer, String why) {
        linux.structs.put(VFIO_DEVICE_GET_DEVTREE_INFO, info -> {
            info.put(PathInfoLayout.PATH, "/a\0".getBytes(StandardCharsets.UTF_8));
            answer.accept(info);
            return 0;
        });
        assertThatThrownBy(() -> device.devtreeInfo(PathInfo.Type.REGION, 0))
                .isInstanceOfSatisfying(
                        KernelReplyException.class, e -> assertThat(e.step()).isEqualTo(Step.GET_DEVTREE_INFO))
                .hasMessageContaining(why);
    }

    @Test
    void aRegionOfRanges() throws Exception {
        answer(8, 0, DMA);

        PathInfo info = device.devtreeInfo(PathInfo.Type.REGION, 0);

        assertThat(info).isEqualTo(new PathInfo(8, PathInfo.Type.REGION, 0, 0, DMA));
        assertThat(info.isRanges()).isTrue();
        assertThat(linux.calls).containsExactly("ioctl 0x3bf0");
    }

    @Test
    void anIrqOfAChild() throws Exception {
        answer(0, 1, DMA + "/dma-channel@180");

        PathInfo info = device.devtreeInfo(PathInfo.Type.IRQ, 2);

        assertThat(info).isEqualTo(new PathInfo(0, PathInfo.Type.IRQ, 2, 1, DMA + "/dma-channel@180"));
        assertThat(info.isRanges()).isFalse();
    }

    @Test
    void theRootIsAPath() throws Exception {
        answer(0, 0, "/");

        assertThat(device.devtreeInfo(PathInfo.Type.REGION, 0).path()).isEqualTo("/");
    }

    @Test
    void aPathOfAnyLengthIsAskedForAgain() throws Exception {
        String path = DMA + "/child@0123456789abcdef".repeat(40);
        answer(0, 0, path);

        assertThat(device.devtreeInfo(PathInfo.Type.REGION, 0).path()).isEqualTo(path);

        assertThat(linux.calls).hasSize(2);
    }

    @Test
    void aPathThatFitsExactlyIsNotAskedForAgain() throws Exception {
        String path = "/" + "a".repeat(234);
        answer(0, 0, path);
        assertThat(device.devtreeInfo(PathInfo.Type.REGION, 0).path()).isEqualTo(path);
        assertThat(linux.calls).hasSize(1);

        answer(0, 0, path + "a");
        assertThat(device.devtreeInfo(PathInfo.Type.REGION, 0).path()).isEqualTo(path + "a");
        assertThat(linux.calls).hasSize(3);
    }

    @Test
    void enospcForEverEnds() {
        linux.structs.put(VFIO_DEVICE_GET_DEVTREE_INFO, info -> {
            info.putInt(PathInfoLayout.ARGSZ, info.getInt(PathInfoLayout.ARGSZ) + 1);
            return -Errno.ENOSPC.number();
        });

        assertThatThrownBy(() -> device.devtreeInfo(PathInfo.Type.REGION, 0))
                .isInstanceOfSatisfying(
                        VfioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
        assertThat(linux.calls).hasSize(2);
    }

    @Test
    void enospcWithASizeThatCannotBeIsRefused() {
        for (int argsz : new int[] {0, 256, 1 << 20, -1}) {
            linux.structs.put(VFIO_DEVICE_GET_DEVTREE_INFO, info -> {
                info.putInt(PathInfoLayout.ARGSZ, argsz);
                return -Errno.ENOSPC.number();
            });

            assertThatThrownBy(() -> device.devtreeInfo(PathInfo.Type.REGION, 0))
                    .as("argsz %d", argsz)
                    .isInstanceOf(KernelReplyException.class);
        }
    }

    @Test
    void aKernelWithoutTheCallIsExplained() {
        assertThatThrownBy(() -> device.devtreeInfo(PathInfo.Type.REGION, 0))
                .isInstanceOfSatisfying(VfioException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ENOTTY);
                    assertThat(e.meaning()).contains("no mainline kernel");
                    assertThat(e.remedy()).contains("of_node");
                });
    }

    @Test
    void aReplyThatIsNotOneOfThisCallIsRefused() {
        refused(info -> info.put(PathInfoLayout.PATH, (byte) 0), "does not begin with /: \"\"");
        refused(info -> info.put(PathInfoLayout.PATH, (byte) 'x'), "does not begin with /: \"xa\"");
        refused(info -> info.putInt(PathInfoLayout.ARGSZ, 20), "argsz 20");
        refused(info -> info.putInt(PathInfoLayout.ARGSZ, 257), "argsz 257");
        refused(info -> info.putInt(PathInfoLayout.ARGSZ, 22), "without a NUL");
        refused(info -> info.putInt(PathInfoLayout.INDEX, 1), "type 0 index 1");
        refused(info -> info.putInt(PathInfoLayout.TYPE, 1), "type 1 index 0");
        refused(info -> info.put(20, "/".repeat(236).getBytes(StandardCharsets.UTF_8)), "without a NUL");
    }
}
