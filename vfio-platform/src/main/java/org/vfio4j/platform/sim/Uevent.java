// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.Property;
import org.vfio4j.devtree.platform.PlatformDeviceNode.Bus;

/** The uevent file of a device: dev_uevent, of_device_uevent, and what the buses add. */
final class Uevent {
    private Uevent() {}

    static String of(BoardDevice device) {
        Node node = device.node();
        StringBuilder text = new StringBuilder(256);
        if (device.driver() != null) {
            line(text, "DRIVER", device.driver().name());
        }
        line(text, "OF_NAME", node.baseName());
        line(text, "OF_FULLNAME", node.path());
        node.property("device_type").map(Property::string).ifPresent(type -> line(text, "OF_TYPE", type));
        List<String> compatible = node.compatible();
        for (int i = 0; i < compatible.size(); i++) {
            line(text, "OF_COMPATIBLE_" + i, compatible.get(i));
        }
        line(text, "OF_COMPATIBLE_N", Integer.toString(compatible.size()));
        int alias = 0;
        for (Map.Entry<String, String> entry : node.tree().aliases().entrySet()) {
            if (entry.getValue().equals(node.path())) {
                line(text, "OF_ALIAS_" + alias++, entry.getKey());
            }
        }
        if (device.bus() == Bus.AMBA) {
            line(text, "AMBA_ID", peripheralId(device));
        }
        line(text, "MODALIAS", modalias(device));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }

    /** of_modalias, and amba's own. */
    static String modalias(BoardDevice device) {
        if (device.bus() == Bus.AMBA) {
            return "amba:d" + peripheralId(device).toUpperCase(Locale.ROOT);
        }
        Node node = device.node();
        StringBuilder text = new StringBuilder("of:N").append(node.baseName());
        text.append('T')
                .append(node.property("device_type").map(Property::string).orElse("(null)"));
        node.compatible().forEach(one -> text.append('C').append(one.replace(' ', '_')));
        return text.toString();
    }

    /** The identification of an AMBA device: of its property, else 0, as nothing lies behind its registers. */
    static String peripheralId(BoardDevice device) {
        int id = device.node()
                .property("arm,primecell-periphid")
                .filter(property -> property.cellCount() > 0)
                .map(property -> property.cell(0))
                .orElse(0);
        return "%08x".formatted(id);
    }
}
