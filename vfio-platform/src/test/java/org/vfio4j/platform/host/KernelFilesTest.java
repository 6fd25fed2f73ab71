// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.host.KernelOptions.State;

/** What is read from files of the kernel, as distributions and procfs lay them out. */
class KernelFilesTest {
    private static final String STATUS = "/proc/thread-self/status";
    private static final String LIMITS = "/proc/self/limits";

    private final Map<String, byte[]> there = new HashMap<>();
    private final HostFiles files = mock(HostFiles.class);

    @BeforeEach
    void onlyWhatIsThere() throws IOException {
        when(files.read(any())).thenAnswer(call -> {
            String path = call.getArgument(0).toString();
            if (!there.containsKey(path)) {
                throw new NoSuchFileException(path);
            }
            return there.get(path);
        });
        put("/proc/sys/kernel/osrelease", "6.1.0-18-arm64\n");
    }

    private void put(String path, String text) {
        there.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void optionsAreOnAModuleOrOff() throws IOException {
        put("/boot/config-6.1.0-18-arm64", """
                CONFIG_VFIO=m
                CONFIG_VFIO_GROUP=y
                # CONFIG_VFIO_NOIOMMU is not set
                CONFIG_LOCALVERSION=""
                """);
        KernelOptions options = KernelOptions.read(files);
        assertThat(options.source()).contains(Path.of("/boot/config-6.1.0-18-arm64"));
        assertThat(options.state("VFIO")).isEqualTo(State.MODULE);
        assertThat(options.state("VFIO_GROUP")).isEqualTo(State.BUILT_IN);
        assertThat(options.state("VFIO_NOIOMMU")).isEqualTo(State.OFF);
        assertThat(options.state("VFIO_PLATFORM")).as("not named at all").isEqualTo(State.OFF);
    }

    @Test
    void theKernelsOwnOptionsComeFirst() throws IOException {
        put("/lib/modules/6.1.0-18-arm64/config", "CONFIG_VFIO=m\n");
        assertThat(KernelOptions.read(files).state("VFIO")).isEqualTo(State.MODULE);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write("CONFIG_VFIO=y\n".getBytes(StandardCharsets.US_ASCII));
        }
        there.put("/proc/config.gz", packed.toByteArray());
        assertThat(KernelOptions.read(files).state("VFIO")).isEqualTo(State.BUILT_IN);
    }

    @Test
    void withoutAFileNothingIsKnown() throws IOException {
        doThrow(new AccessDeniedException("x")).when(files).read(Path.of("/boot/config-6.1.0-18-arm64"));
        KernelOptions options = KernelOptions.read(files);
        assertThat(options.source()).isEmpty();
        assertThat(options.state("VFIO")).isEqualTo(State.UNKNOWN);
    }

    @Test
    void resetFunctionsAreModulesOrBuiltIn() throws IOException {
        put("/lib/modules/6.1.0-18-arm64/modules.alias", """
                # Aliases extracted from modules themselves.
                alias of:N*T*Cvendor,uart uart
                alias vfio-reset:vendor,mac vfio_platform_mac
                """);
        put(
                "/lib/modules/6.1.0-18-arm64/modules.builtin.modinfo",
                "vfio.license=GPL\0vfio_platform_dma.alias=vfio-reset:vendor,dma\0");
        put("/boot/config-6.1.0-18-arm64", "CONFIG_VFIO_PLATFORM_AMDXGBE_RESET=y\n");
        assertThat(ResetFunctions.read(files, KernelOptions.read(files)).compatibles())
                .containsExactlyInAnyOrder("vendor,mac", "vendor,dma", "amd,xgbe-seattle-v1a");
    }

    @Test
    void aProcessHasCapabilitiesAndALimit() throws IOException {
        put(STATUS, "Name:\tjava\nUid:\t1000\t1001\t1001\t1001\nCapEff:\t0000000000020000\n");
        put(LIMITS, """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             unlimited            unlimited            processes
                Max locked memory         8388608              unlimited            bytes
                """);
        ProcessStatus status = ProcessStatus.read(files);
        assertThat(status.userId()).as("the effective one").isEqualTo(1001);
        assertThat(status.has(ProcessStatus.CAP_SYS_RAWIO)).isTrue();
        assertThat(status.has(ProcessStatus.CAP_SYS_ADMIN)).isFalse();
        assertThat(status.lockedMemory()).hasValue(8 << 20);
        put(LIMITS, "Max locked memory         unlimited            unlimited            bytes\n");
        assertThat(ProcessStatus.read(files).lockedMemory()).isEmpty();
    }

    @Test
    void whatCannotBeIsAnError() {
        assertThatThrownBy(() -> ProcessStatus.read(files)).hasMessageContaining("is /proc mounted?");
        put(STATUS, "Uid:\tnobody\n");
        put(LIMITS, "Max locked memory         x            x            bytes\n");
        assertThatThrownBy(() -> ProcessStatus.read(files)).hasMessageContaining("says what cannot be");
    }
}
