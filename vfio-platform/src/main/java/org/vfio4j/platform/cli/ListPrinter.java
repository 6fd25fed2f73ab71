// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.util.List;
import org.vfio4j.platform.IommuGroup;
import org.vfio4j.platform.VfioEligibility;
import org.vfio4j.platform.VfioEligibility.State;

/** Prints the devices of {@code vfio list}. */
final class ListPrinter {
    private ListPrinter() {}

    /**
     * Prints a table, and below it why VFIO cannot have some of the devices.
     *
     * @param devices the devices
     * @param terminal where
     * @throws IOException if it cannot be written
     */
    static void table(List<ListedDevice> devices, Terminal terminal) throws IOException {
        Reasons reasons = new Reasons();
        Table table = new Table("DEVICE", "BUS", "DRIVER", "GROUP", "VFIO", "NODE");
        for (ListedDevice device : devices) {
            // A device tree alone says nothing of drivers and groups: no columns.
            String none = device.vfio().isPresent() ? "-" : "";
            table.row(
                    device.name(),
                    Words.of(device.bus()),
                    device.driver().orElse(none),
                    device.group().map(ListPrinter::group).orElse(none),
                    device.vfio().map(v -> verdict(v, reasons)).orElse(""),
                    device.node().orElse("-"));
            device.vfio().ifPresent(v -> table.style(4, v.isEligible() ? Style.GREEN : Style.YELLOW));
        }
        table.print(terminal, "");
        if (devices.isEmpty()) {
            terminal.out().write("No platform and no AMBA devices.\n");
        }
        reasons.print(terminal, "");
    }

    private static String group(IommuGroup group) {
        return group.noiommu() ? "noiommu-" + group.number() : Integer.toString(group.number());
    }

    private static String verdict(VfioEligibility vfio, Reasons reasons) {
        return vfio.state() == State.BOUND
                ? "bound"
                : (vfio.isEligible() ? "yes " : "no ") + reasons.reference(vfio.reason());
    }

    /**
     * Prints one JSON object, as {@code doc/json.md} describes it.
     *
     * @param devices the devices
     * @param terminal where
     * @throws IOException if it cannot be written
     */
    static void json(List<ListedDevice> devices, Terminal terminal) throws IOException {
        StringBuilder text = new StringBuilder();
        JsonAppendableWriter json = JsonWriter.indent("  ").on(text);
        json.object().value("schema", "vfio4j.list/1").array("devices");
        for (ListedDevice device : devices) {
            json.object().value("name", device.name()).value("bus", Words.of(device.bus()));
            json.value("node", device.node().orElse(null));
            json.value("driver", device.driver().orElse(null));
            JsonValues.iommuGroup(json, device.group());
            JsonValues.eligibility(json, device.vfio());
            json.end();
        }
        json.end().end().done();
        terminal.out().append(text).append('\n');
    }
}
