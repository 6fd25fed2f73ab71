// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonAppendableWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.vfio4j.platform.IommuGroup;
import org.vfio4j.platform.VfioEligibility;

/** Members that several of the JSON outputs have. An absent value is {@code null}, never a missing member. */
final class JsonValues {
    private JsonValues() {}

    static void hex(JsonAppendableWriter json, String key, OptionalLong value) {
        json.value(key, value.isPresent() ? Hex.of(value.getAsLong()) : null);
    }

    static void cells(JsonAppendableWriter json, String key, List<Integer> cells) {
        json.array(key);
        for (int cell : cells) {
            json.value(cell & 0xffff_ffffL);
        }
        json.end();
    }

    static void iommuGroup(JsonAppendableWriter json, Optional<IommuGroup> group) {
        if (group.isEmpty()) {
            json.nul("iommuGroup");
            return;
        }
        json.object("iommuGroup").value("number", group.get().number());
        json.value("noiommu", group.get().noiommu());
        json.value("path", group.get().devicePath()).end();
    }

    static void eligibility(JsonAppendableWriter json, Optional<VfioEligibility> vfio) {
        if (vfio.isEmpty()) {
            json.nul("vfio");
            return;
        }
        json.object("vfio").value("eligible", vfio.get().isEligible());
        json.value("state", Words.of(vfio.get().state()));
        json.value("reason", vfio.get().reason()).end();
    }
}
