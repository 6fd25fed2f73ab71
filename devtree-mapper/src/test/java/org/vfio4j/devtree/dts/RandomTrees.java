// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.dts;

import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;

/** Random trees of names that source can express, with values of all kinds, references, labels and phandle clashes. */
public final class RandomTrees {
    private static final String NAME_CHARS = "abcxyzABC0129,._+*#?@-";
    private static final String[] PROPERTIES = {
        "reg",
        "ranges",
        "interrupts",
        "clocks",
        "interrupt-parent",
        "interrupts-extended",
        "reset-gpios",
        "gpio-line-names",
        "interrupt-map",
        "iommu-map",
        "msi-parent",
        "vdd-supply",
        "compatible",
        "status",
        "#clock-cells",
        "#interrupt-cells",
        "#gpio-cells",
        "#address-cells",
        "#size-cells",
        "name",
        "linux,phandle",
        "model"
    };
    private static final int DEEPEST = 12;

    private final Random random;
    private final DeviceTreeBuilder builder = DeviceTree.builder();
    private final StringBuilder path = new StringBuilder();
    private final Set<String> paths = new LinkedHashSet<>();

    private final boolean plain;
    private int phandles;

    private RandomTrees(long seed, boolean plain) {
        random = new Random(seed);
        this.plain = plain;
    }

    public static DeviceTree next(long seed) {
        return new RandomTrees(seed, false).tree();
    }

    /** A tree with names and phandles as dtc asks for, so that it is written with references. */
    public static DeviceTree nextPlain(long seed) {
        return new RandomTrees(seed, true).tree();
    }

    private DeviceTree tree() {
        for (int i = random.nextInt(3); i > 0; i--) {
            builder.reserveMemory(random.nextLong(), random.nextLong());
        }
        node("", 0);
        return builder.build();
    }

    private void node(String name, int depth) {
        builder.beginNode(name);
        Set<String> names = new LinkedHashSet<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            names.add(random.nextInt(3) == 0 ? name(plain) : PROPERTIES[random.nextInt(PROPERTIES.length)]);
        }
        if (random.nextInt(3) > 0) {
            names.add("phandle");
        }
        if (plain) {
            names.remove("linux,phandle");
            names.remove("name");
        }
        names.forEach(property -> builder.property(property, value(property)));
        Set<String> children = new LinkedHashSet<>();
        for (int i = depth == DEEPEST ? 0 : random.nextInt(depth == 0 ? 12 : 3); i > 0; i--) {
            children.add(name(plain));
        }
        for (String child : children) {
            int length = path.length();
            path.append('/').append(child);
            paths.add(path.toString());
            node(child, depth + 1);
            path.setLength(length);
        }
        if (depth == 0 && random.nextBoolean() && !children.contains("__symbols__")) {
            builder.beginNode("__symbols__");
            int label = 0;
            for (String target : paths) {
                if (random.nextBoolean()) {
                    builder.strings("l" + label++, target);
                }
            }
            builder.endNode();
        }
        builder.endNode();
    }

    private String name(boolean plain) {
        StringBuilder name = new StringBuilder();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            name.append(NAME_CHARS.charAt(random.nextInt(NAME_CHARS.length())));
        }
        return plain ? name.toString().replaceAll("[@#?*]", "x") : name.toString();
    }

    private byte[] value(String property) {
        if (property.equals("phandle") && plain) {
            return new byte[] {0, 0, (byte) (++phandles >>> 8), (byte) phandles};
        }
        if (property.equals("phandle") || property.startsWith("#")) {
            // Few numbers, so that they clash and are referred to; none that dtc does not take for a phandle.
            return new byte[] {0, 0, 0, (byte) (1 + random.nextInt(9))};
        }
        if (property.equals("interrupt-parent") && plain) {
            // dtc 1.6.1 aborts on another length.
            return cells(1);
        }
        return switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> bytes(random.nextInt(40), 256);
            case 2 -> cells(1 + random.nextInt(8));
            case 3 -> cells(1);
            case 4 -> text(bytes(random.nextInt(40), 128));
            default -> text(words());
        };
    }

    private byte[] bytes(int length, int below) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(below);
        }
        return bytes;
    }

    private byte[] cells(int count) {
        byte[] bytes = new byte[count * 4];
        for (int i = 3; i < bytes.length; i += 4) {
            bytes[i] = (byte) random.nextInt(10);
        }
        return bytes;
    }

    private byte[] words() {
        byte[] bytes = bytes(random.nextInt(40), 0x7f - 0x20);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = random.nextInt(5) == 0 ? 0 : (byte) (bytes[i] + 0x20);
        }
        return bytes;
    }

    private static byte[] text(byte[] bytes) {
        byte[] text = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, text, 0, bytes.length);
        return text;
    }
}
