// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.linux.LinuxSyscalls.MAP_PRIVATE;
import static org.vfio4j.linux.LinuxSyscalls.MAP_SHARED;
import static org.vfio4j.linux.LinuxSyscalls.PROT_READ;
import static org.vfio4j.linux.LinuxSyscalls.PROT_WRITE;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** mmap on a device (vfio_platform_mmap of drivers/vfio/platform/vfio_platform_common.c). */
class RegionMappingTest extends ConformanceTest {
    private static final int BOTH = PROT_READ | PROT_WRITE;

    /** What mmap says; a mapping that was made is taken away again. */
    private String map(int fd, long length, int protection, int flags, long offset) {
        long address = world.linux().mmap(0, length, protection, flags, fd, offset);
        String said = Calls.said(address);
        if (said.equals("ok")) {
            world.linux().munmap(address, length);
        }
        return said;
    }

    @ParameterizedTest
    @EnumSource(LabDevice.class)
    void aRegionIsMappableIfItSaysSo(LabDevice device) {
        int fd = calls.device(device);
        for (int i = 0; i < device.regions.size(); i++) {
            String expected = (device.regions.get(i).flags() & 4) != 0 ? "ok" : "EINVAL";
            assertThat(map(fd, 4096, BOTH, MAP_SHARED, (long) i << 40))
                    .as("region " + i)
                    .isEqualTo(expected);
        }
        assertThat(map(fd, 4096, BOTH, MAP_SHARED, (long) device.regions.size() << 40))
                .as("no region")
                .isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @CsvSource({
        "0x1000, 0x0, ok",
        "0x10000, 0x0, ok",
        "0x1000, 0xf000, ok",
        "0x2000, 0xe000, ok",
        "0x1, 0x0, ok",
        "0xfff1, 0x0, ok",
        "0x10001, 0x0, EINVAL",
        "0x11000, 0x0, EINVAL",
        "0x2000, 0xf000, EINVAL",
        "0x1001, 0xf000, EINVAL",
        "0x1000, 0x10000, EINVAL",
        "0x0, 0x0, EINVAL",
        "0x1000, 0x800, EINVAL",
        "0x1000, 0x1, EINVAL"
    })
    void aMappingIsWholePagesInsideTheRegion(long length, long offset, String expected) {
        assertThat(map(calls.device(LabDevice.CRYPTO), length, BOTH, MAP_SHARED, offset))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3"})
    void anyProtectionIsPossible(int protection) {
        assertThat(map(calls.device(LabDevice.SATA), 4096, protection, MAP_SHARED, 0))
                .isEqualTo("ok");
    }

    @Test
    void aMappingMustBeShared() {
        assertThat(map(calls.device(LabDevice.SATA), 4096, BOTH, MAP_PRIVATE, 0))
                .isEqualTo("EINVAL");
    }

    @Test
    void otherDescriptorsCannotBeMapped() {
        assertThat(map(-1, 4096, BOTH, MAP_SHARED, 0)).isEqualTo("EBADF");
        assertThat(map(calls.container(), 4096, BOTH, MAP_SHARED, 0))
                .as("container")
                .isEqualTo("ENODEV");
        assertThat(map(calls.group(LabDevice.SATA), 4096, BOTH, MAP_SHARED, 0))
                .as("group")
                .isEqualTo("ENODEV");
        assertThat(map(calls.eventfd(0), 4096, BOTH, MAP_SHARED, 0))
                .as("eventfd")
                .isEqualTo("ENODEV");
    }

    @Test
    void aMappingAndPreadSeeTheSameRegisters() {
        int crypto = calls.device(LabDevice.CRYPTO);
        long address = world.linux().mmap(0, 0x2000, BOTH, MAP_SHARED, crypto, 0x3000);
        assertThat(Calls.said(address)).isEqualTo("ok");
        ByteBuffer registers = world.linux().memory(address, 0x2000);
        registers.putInt(0x1010, 0x1234_5678);
        ByteBuffer word = Calls.memory(4);
        assertThat(world.linux().pread(crypto, word, 0x4010)).isEqualTo(4);
        assertThat(word.getInt(0)).isEqualTo(0x1234_5678);
        assertThat(world.linux().pwrite(crypto, Calls.words(4, 0x0bad_cafe), 0x3ffc))
                .isEqualTo(4);
        assertThat(registers.getInt(0xffc)).isEqualTo(0x0bad_cafe);
        assertThat(Calls.said(world.linux().munmap(address, 0x2000))).isEqualTo("ok");
    }

    @Test
    void aMappingOutlivesItsDescriptor() {
        Calls.Attached attached = calls.attach(LabDevice.SATA);
        int device = calls.getDeviceFd(attached.group(), LabDevice.SATA.device);
        long address = world.linux().mmap(0, 4096, BOTH, MAP_SHARED, device, 0);
        world.linux().memory(address, 4096).putInt(0x80, 0x5eed);
        calls.close(device);
        assertThat(calls.unsetContainer(attached.group())).as("still in use").isEqualTo("EBUSY");
        assertThat(world.linux().memory(address, 4096).getInt(0x80)).isEqualTo(0x5eed);
        assertThat(Calls.said(world.linux().munmap(address, 4096))).isEqualTo("ok");
        assertThat(calls.unsetContainer(attached.group())).isEqualTo("ok");
    }

    @Test
    void unmappingTakesPages() {
        long address = calls.pages(1);
        assertThat(Calls.said(world.linux().munmap(address + 1, 4096))).isEqualTo("EINVAL");
        assertThat(Calls.said(world.linux().munmap(address, 0))).isEqualTo("EINVAL");
    }
}
