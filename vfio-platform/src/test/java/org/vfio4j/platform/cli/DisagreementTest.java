// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.live.LiveTree;
import org.vfio4j.devtree.mapper.MappingIssue;
import org.vfio4j.devtree.mapper.MappingPolicy;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;
import org.vfio4j.platform.InspectedIrq;
import org.vfio4j.platform.InspectedRegion;
import org.vfio4j.platform.Inspection;
import org.vfio4j.platform.InspectionMode;
import org.vfio4j.platform.IrqFlag;
import org.vfio4j.platform.MappingSource;
import org.vfio4j.platform.register.RegionAccess;
import org.vfio4j.platform.register.RegionFlag;

/** How an inspection is printed whose device and device tree disagree: there is no mapping then. */
class DisagreementTest {
    private static final Inspection DISAGREEMENT = new Inspection(
            "1000.flash",
            Bus.PLATFORM,
            "/flash@1000",
            Optional.empty(),
            InspectionMode.OPENED,
            MappingPolicy.KERNEL,
            MappingSource.LIVE_TREE,
            LiveTree.OrderSource.SORTED,
            4096,
            ByteOrder.LITTLE_ENDIAN,
            List.of(new InspectedRegion(
                    0,
                    0x2000,
                    Set.of(RegionFlag.READ),
                    OptionalLong.of(0),
                    new RegionAccess(RegionAccess.Kind.TRAPPED, "no MMAP flag"),
                    Optional.empty())),
            List.of(new InspectedIrq(0, 1, Set.of(IrqFlag.EVENTFD), Optional.empty())),
            List.of(),
            List.of(),
            List.of(new MappingIssue(
                    MappingIssue.Kind.REGION_SIZE_MISMATCH, OptionalInt.of(0), "tree 0x1000, device 0x2000")),
            List.of());

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(out, out, false, false, Map.of());

    @Test
    @DisplayName("the table shows what the device says, and question marks for what it is")
    void table() throws IOException {
        InspectTable.print(DISAGREEMENT, terminal);
        terminal.out().flush();

        assertThat(out.toString())
                .containsPattern("(?m)^  0 +0x2000 +read +trapped +\\? +\\? +\\? +\\? +\\?$")
                .containsPattern("(?m)^  0 +\\? +\\? +\\? +\\? +\\?$")
                .contains("Device and device tree disagree, so there is no mapping\n"
                        + "  region-size-mismatch: tree 0x1000, device 0x2000\n");
    }

    @Test
    @DisplayName("in JSON every mapping is null, and errors says why")
    void json() throws IOException, JsonParserException {
        InspectJson.print(DISAGREEMENT, terminal);
        terminal.out().flush();

        JsonObject json = JsonParser.object().from(out.toString());
        assertThat(json.getBoolean("mapped")).isFalse();
        assertThat(json.getArray("regions").getObject(0).isNull("mapping")).isTrue();
        assertThat(json.getArray("irqs").getObject(0).isNull("mapping")).isTrue();
        assertThat(json.getArray("errors").getObject(0))
                .isEqualTo(JsonParser.object().from("""
                {"kind": "region-size-mismatch", "index": 0, "detail": "tree 0x1000, device 0x2000"}
                """));
        assertThat(json.getObject("device").keySet())
                .containsExactly("name", "bus", "node", "sysfs", "driver", "iommuGroup", "vfio");
    }
}
