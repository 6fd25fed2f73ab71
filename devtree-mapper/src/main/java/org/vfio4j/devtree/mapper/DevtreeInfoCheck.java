// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.mapper;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vfio4j.devtree.mapper.MappingIssue.Kind;

/** Compares a mapping with the kernel's answers to VFIO_DEVICE_GET_DEVTREE_INFO. */
final class DevtreeInfoCheck {
    private record Key(InfoType type, int index) {
        @Override
        public String toString() {
            return (type == InfoType.REGION ? "region " : "IRQ ") + index;
        }
    }

    private DevtreeInfoCheck() {}

    static List<MappingIssue> compare(DeviceMapping mapping, List<DevtreeInfo> answers) {
        Map<Key, DevtreeInfo> tree = new LinkedHashMap<>();
        mapping.devtreeInfo().forEach(info -> tree.put(new Key(info.type(), info.index()), info));
        List<MappingIssue> issues = new ArrayList<>();
        for (DevtreeInfo answer : answers) {
            Key key = new Key(answer.type(), answer.index());
            DevtreeInfo expected = tree.remove(key);
            if (expected == null) {
                issues.add(issue(key, "the kernel says " + text(answer) + ", the tree has no such index"));
            } else if (!agree(expected, answer)) {
                issues.add(issue(key, "the kernel says " + text(answer) + ", the tree " + text(expected)));
            }
        }
        tree.forEach((key, info) -> issues.add(issue(key, "the kernel has no answer, the tree says " + text(info))));
        return issues;
    }

    // The examples of the proposal give only the path of an interrupt, so a kernel may leave its start at 0.
    private static boolean agree(DevtreeInfo tree, DevtreeInfo answer) {
        return answer.path().equals(tree.path())
                && (answer.type() == InfoType.IRQ
                        ? answer.start() == tree.start() || answer.start() == 0
                        : answer.start() == tree.start() && answer.ranges() == tree.ranges());
    }

    private static MappingIssue issue(Key key, String detail) {
        return MappingIssue.at(Kind.DEVTREE_INFO_MISMATCH, key.index(), key + ": " + detail);
    }

    private static String text(DevtreeInfo info) {
        String property = info.type() == InfoType.IRQ ? "interrupt" : info.ranges() ? "ranges" : "reg";
        return property + "[" + info.start() + "] of " + info.path();
    }
}
