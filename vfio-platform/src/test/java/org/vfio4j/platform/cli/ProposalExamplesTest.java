// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfio4j.platform.cli.CommandRun.vfio;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParserException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The three examples of the proposal "VFIO for Platform Devices" (2013), asked of the simulated kernel through the VFIO
 * ioctls. Its sata example gives the size 0x10000 for reg = &lt;0x220000 0x1000&gt;; the tree is right.
 */
class ProposalExamplesTest {
    private static final String SOC = "/soc@ffe000000";

    private static JsonObject inspect(String policy, String device) throws JsonParserException {
        CommandRun run = vfio("inspect", "--sim", "proposal", "--policy", policy, "--json", device);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        JsonObject inspection = run.json();
        assertThat(inspection.getString("mode")).isEqualTo("opened");
        assertThat(inspection.getBoolean("mapped")).isTrue();
        return inspection;
    }

    private static List<String> regions(JsonObject inspection) {
        List<String> lines = new ArrayList<>();
        JsonArray regions = inspection.getArray("regions");
        for (int i = 0; i < regions.size(); i++) {
            JsonObject region = regions.getObject(i);
            JsonObject mapping = region.getObject("mapping");
            assertThat(region.getInt("index")).isEqualTo(i);
            lines.add(String.join(
                    " ",
                    mapping.getString("node"),
                    mapping.getString("property") + "[" + mapping.getInt("propertyIndex") + "]",
                    mapping.getString("physicalAddress"),
                    region.getString("size"),
                    "page+" + mapping.getString("pageOffset"),
                    region.getString("access")));
        }
        return lines;
    }

    private static List<String> irqs(JsonObject inspection) {
        List<String> lines = new ArrayList<>();
        JsonArray irqs = inspection.getArray("irqs");
        for (int i = 0; i < irqs.size(); i++) {
            JsonObject mapping = irqs.getObject(i).getObject("mapping");
            assertThat(irqs.getObject(i).getInt("index")).isEqualTo(i);
            assertThat(mapping.getString("controller")).isEqualTo(SOC + "/pic@40000");
            lines.add(mapping.getString("node") + " " + mapping.getArray("specifier"));
        }
        return lines;
    }

    @Nested
    @DisplayName("as the proposal describes it, answered by VFIO_DEVICE_GET_DEVTREE_INFO")
    class Proposal {
        private JsonObject ask(String device) throws JsonParserException {
            JsonObject inspection = inspect("proposal", device);
            assertThat(inspection.getString("source")).isEqualTo("devtree-info");
            assertThat(inspection.getArray("unexposed")).isEmpty();
            return inspection;
        }

        @Test
        @DisplayName("example 1: sata has one region, reg 0, and one interrupt of its own")
        void sata() throws JsonParserException {
            JsonObject sata = ask("ffe220000.sata");

            assertThat(regions(sata)).containsExactly(SOC + "/sata@220000 reg[0] 0xffe220000 0x1000 page+0x0 mapped");
            assertThat(irqs(sata)).containsExactly(SOC + "/sata@220000 [68, 2, 0, 0]");
        }

        @Test
        @DisplayName("example 2: crypto has three interrupts, those of the job rings first")
        void crypto() throws JsonParserException {
            JsonObject crypto = ask("ffe300000.crypto");

            assertThat(regions(crypto))
                    .containsExactly(SOC + "/crypto@300000 reg[0] 0xffe300000 0x10000 page+0x0 mapped");
            assertThat(irqs(crypto))
                    .containsExactly(
                            SOC + "/crypto@300000/jr@1000 [88, 2, 0, 0]",
                            SOC + "/crypto@300000/jr@2000 [89, 2, 0, 0]",
                            SOC + "/crypto@300000 [92, 2, 0, 0]");
        }

        @Test
        @DisplayName(
                "example 3: dma has the ranges window before reg, both inside a page, and the channels' interrupts")
        void dma() throws JsonParserException {
            JsonObject dma = ask("ffe101300.dma");

            assertThat(regions(dma))
                    .containsExactly(
                            SOC + "/dma@101300 ranges[0] 0xffe101100 0x200 page+0x100 trapped",
                            SOC + "/dma@101300 reg[0] 0xffe101300 0x4 page+0x300 trapped");
            assertThat(irqs(dma))
                    .containsExactly(
                            SOC + "/dma@101300/dma-channel@180 [35, 2, 0, 0]",
                            SOC + "/dma@101300/dma-channel@100 [34, 2, 0, 0]");
        }
    }

    @Nested
    @DisplayName("as mainline Linux exposes it, answered by the device tree")
    class Kernel {
        private JsonObject ask(String device) throws JsonParserException {
            JsonObject inspection = inspect("kernel", device);
            assertThat(inspection.getString("source")).isEqualTo("live-tree");
            return inspection;
        }

        private List<String> unexposed(JsonObject inspection) {
            List<String> lines = new ArrayList<>();
            for (Object entry : inspection.getArray("unexposed")) {
                JsonObject hidden = (JsonObject) entry;
                assertThat(hidden.getString("reason")).isNotBlank();
                lines.add(hidden.getString("kind") + " " + hidden.getString("node") + " " + hidden.getString("property")
                        + "[" + hidden.getInt("propertyIndex") + "]");
            }
            return lines;
        }

        @Test
        @DisplayName("example 1: the same")
        void sata() throws JsonParserException {
            JsonObject sata = ask("ffe220000.sata");

            assertThat(regions(sata)).containsExactly(SOC + "/sata@220000 reg[0] 0xffe220000 0x1000 page+0x0 mapped");
            assertThat(irqs(sata)).containsExactly(SOC + "/sata@220000 [68, 2, 0, 0]");
            assertThat(unexposed(sata)).isEmpty();
        }

        @Test
        @DisplayName("example 2: crypto's own interrupt only")
        void crypto() throws JsonParserException {
            JsonObject crypto = ask("ffe300000.crypto");

            assertThat(regions(crypto)).hasSize(1);
            assertThat(irqs(crypto)).containsExactly(SOC + "/crypto@300000 [92, 2, 0, 0]");
            assertThat(unexposed(crypto))
                    .containsExactly(
                            "irq " + SOC + "/crypto@300000/jr@1000 interrupts[0]",
                            "irq " + SOC + "/crypto@300000/jr@2000 interrupts[0]");
        }

        @Test
        @DisplayName("example 3: reg only, and no interrupt")
        void dma() throws JsonParserException {
            JsonObject dma = ask("ffe101300.dma");

            assertThat(regions(dma)).containsExactly(SOC + "/dma@101300 reg[0] 0xffe101300 0x4 page+0x300 trapped");
            assertThat(irqs(dma)).isEmpty();
            assertThat(unexposed(dma))
                    .containsExactly(
                            "region " + SOC + "/dma@101300 ranges[0]",
                            "irq " + SOC + "/dma@101300/dma-channel@180 interrupts[0]",
                            "irq " + SOC + "/dma@101300/dma-channel@100 interrupts[0]");
        }
    }
}
