// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.PlatformBus;
import org.vfio4j.platform.dma.DmaStack;

/** Kernels that were built in another way than the simulation: its files, and other options. */
class OtherKernelTest {
    private static final Path OPTIONS = Path.of("/proc/config.gz");

    private final HostFiles files =
            mock(HostFiles.class, delegatesTo(DoctorBoard.builder().build().files()));

    private void options(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        doReturn(packed.toByteArray()).when(files).read(OPTIONS);
    }

    private Finding machine(String subject) throws IOException {
        return Doctor.of(files).examine().findings().stream()
                .filter(finding -> finding.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    /** Since Linux 6.6 VFIO_GROUP can be off; devices have files of their own then. */
    @Test
    void withoutGroupsADeviceIsOpenedByItsOwnFile() throws IOException {
        options("CONFIG_VFIO=y\nCONFIG_VFIO_DEVICE_CDEV=y\nCONFIG_IOMMUFD=y\n");
        Diagnosis diagnosis = Doctor.of(files).examine(new PlatformBus(files).find(DoctorBoard.DMA));
        assertThat(diagnosis.stack(DmaStack.IOMMUFD).isUsable()).isTrue();
        assertThat(diagnosis.stack(DmaStack.TYPE1).obstacle().orElseThrow().id())
                .isEqualTo("group-file");
        assertThat(diagnosis.findings(Severity.PROBLEM)).isEmpty();
        assertThat(machine("CONFIG_VFIO_GROUP").severity()).isEqualTo(Severity.NOTE);
    }

    @Test
    void aModuleThatIsNotLoadedIsToBeLoaded() throws IOException {
        options("CONFIG_VFIO=y\nCONFIG_VFIO_PLATFORM=m\n");
        Path driver = Path.of("/sys/bus/platform/drivers/vfio-platform");
        doReturn(false).when(files).exists(driver);
        Finding module = machine("CONFIG_VFIO_PLATFORM");
        assertThat(module.severity()).isEqualTo(Severity.PROBLEM);
        assertThat(module.what()).isEqualTo("is a module that is not loaded");
        assertThat(module.remedy()).contains("modprobe vfio-platform");
        options("CONFIG_VFIO=y\n");
        assertThat(machine("CONFIG_VFIO_PLATFORM").remedy())
                .contains("scripts/config --enable VFIO_PLATFORM && make olddefconfig");
    }

    @Test
    void whatCannotBeKnownIsSaid() throws IOException {
        doThrow(new NoSuchFileException("config.gz")).when(files).read(OPTIONS);
        Finding unknown = machine("/proc/config.gz");
        assertThat(unknown.severity()).isEqualTo(Severity.NOTE);
        assertThat(unknown.remedy()).contains("modprobe configs");
        assertThat(machine("CONFIG_VFIO").what()).as("it is there all the same").isEqualTo("is there");
    }
}
