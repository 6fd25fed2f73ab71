// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.blob;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    /** Of one device Linux says no, and the other has a clock that nobody turns on. */
    private static final String SOURCE = """
            /dts-v1/;
            / {
                #address-cells = <1>;
                #size-cells = <1>;
                rk: iommu@1000 { compatible = "rockchip,iommu"; reg = <0x1000 0x1000>; #iommu-cells = <0>; };
                cru: cru@2000 { compatible = "x,cru"; reg = <0x2000 0x1000>; #clock-cells = <1>; };
                video@3000 { compatible = "x,video"; reg = <0x3000 0x1000>; iommus = <&rk>; };
                timer@4000 { compatible = "x,timer"; reg = <0x4000 0x1000>; clocks = <&cru 1>; };
            };
            """;

    @TempDir
    private Path directory;

    private Path board() throws IOException {
        return blob(directory, "board.dtb", SOURCE);
    }

    @Test
    @DisplayName("the simulated board has no problem, and what is well is shown on request only")
    void machine() {
        CommandRun run = vfio("doctor", "--sim", "proposal");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("Machine  the kernel, and this process\n")
                .contains("\nNotes\n", "  vfio.enable_unsafe_noiommu_mode: is on\n")
                .doesNotContain("Fine", "CONFIG_VFIO_PLATFORM", "Problems")
                .containsPattern("(?m)^Ways to open devices\n  type1 +yes\n  iommufd +yes\n  noiommu +yes\n")
                .containsPattern("\nproblems 0, warnings 0, notes \\d+, \\d+ fine \\(--all shows them\\)\n$");
        assertThat(vfio("doctor", "--sim", "proposal", "--all").out())
                .containsPattern("(?m)^Fine$")
                .containsPattern("(?m)^  kernel +CONFIG_VFIO_PLATFORM +is built in$")
                .doesNotContain("--all");
    }

    @Test
    @DisplayName("a problem comes with what Linux will say, and one command; the exit code is 1")
    void problem() throws IOException {
        CommandRun run = vfio("doctor", "--sim", board(), "3000.video");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "\nProblems\n  /iommu@1000: the driver of this IOMMU never says that DMA through it is coherent\n")
                .contains("takes no such device: bind to driver fails with EINVAL\n")
                .contains("\n    > vfio bind 3000.video\n");
    }

    @Test
    @DisplayName("a warning without a problem has an exit code of its own")
    void warning() throws IOException {
        CommandRun run = vfio("doctor", "--sim", board(), "/timer@4000");
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.out())
                .contains(
                        "\nWarnings\n  4000.timer: needs 1 clocks of /cru@2000, which vfio-platform does not turn on\n")
                .contains("    > add clk_ignore_unused to the kernel's command line\n");
    }

    @Test
    @DisplayName("--json has exactly the members of the schema vfio4j.doctor/1")
    void schema() throws IOException, JsonParserException {
        CommandRun run = vfio("doctor", "--sim", board(), "--json", "3000.video");
        assertThat(run.code()).isEqualTo(1);
        JsonObject json = run.json();
        assertThat(json).containsOnlyKeys("schema", "device", "worst", "findings", "stacks");
        assertThat(json.getString("schema")).isEqualTo("vfio4j.doctor/1");
        assertThat(json.getString("device")).isEqualTo("3000.video");
        assertThat(json.getString("worst")).isEqualTo("problem");
        JsonObject problem = json.getArray("findings").stream()
                .map(JsonObject.class::cast)
                .filter(finding -> finding.getString("severity").equals("problem"))
                .findFirst()
                .orElseThrow();
        assertThat(problem)
                .containsOnlyKeys("severity", "topic", "id", "subject", "what", "why", "remedy", "refusal")
                .containsEntry("topic", "binding")
                .containsEntry("id", "dma-coherence")
                .containsEntry("subject", "/iommu@1000")
                .containsEntry("remedy", null);
        assertThat(problem.getObject("refusal"))
                .containsOnlyKeys("step", "errno")
                .containsEntry("step", "bind-driver")
                .containsEntry("errno", "EINVAL");
        assertThat(json.getArray("stacks").getObject(0))
                .containsOnlyKeys("stack", "usable", "obstacle", "reason")
                .containsEntry("stack", "type1");
        assertThat(vfio("doctor", "--sim", "proposal", "--json").json())
                .containsEntry("device", null)
                .containsEntry("worst", "note");
    }

    @Test
    void a_name_that_leads_nowhere() {
        CommandRun run = vfio("doctor", "--sim", "proposal", "ffe220000.sato");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("ffe220000.sata");
    }
}
