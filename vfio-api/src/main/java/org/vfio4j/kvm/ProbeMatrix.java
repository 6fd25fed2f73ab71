// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vfio4j.linux.Errno;

/**
 * What a kernel's KVM has of the device control API: for each owner of attributes, and each attribute, what the kernel
 * answered. {@link #toString} is a table of it.
 *
 * @param owners one for each type of device, and for {@code /dev/kvm}, VM and vCPU
 */
public record ProbeMatrix(List<Owner> owners) {
    /**
     * Makes a matrix.
     *
     * @param owners see above
     */
    public ProbeMatrix {
        owners = List.copyOf(owners);
    }

    /**
     * A type of device, or an object, and its attributes.
     *
     * @param owner which; empty for a type of device that this library does not know
     * @param name its name, and the number of a type
     * @param refused what the kernel answered when it was asked for; empty if it is there
     * @param attributes those that were asked for
     */
    public record Owner(
            Optional<AttributeOwner> owner, String name, Optional<Errno> refused, List<Attribute> attributes) {
        /**
         * Makes an owner.
         *
         * @param owner see above
         * @param name see above
         * @param refused see above
         * @param attributes see above
         */
        public Owner {
            attributes = List.copyOf(attributes);
        }

        /** {@return whether it is there} */
        public boolean isSupported() {
            return refused.isEmpty();
        }
    }

    /**
     * An attribute, and whether it is there.
     *
     * @param known what the library knows of it; empty for one that it does not know and the kernel has
     * @param group number of the group
     * @param number number in the group
     * @param refused what the kernel answered; empty if it is there
     */
    public record Attribute(Optional<KvmAttribute> known, int group, long number, Optional<Errno> refused) {
        /** {@return whether it is there} */
        public boolean isSupported() {
            return refused.isEmpty();
        }
    }

    /**
     * Whether a type of device, or an object, is there.
     *
     * @param owner which
     * @return whether it is
     */
    public boolean has(AttributeOwner owner) {
        return find(owner).filter(Owner::isSupported).isPresent();
    }

    /**
     * Whether an attribute is there.
     *
     * @param attribute which
     * @return whether it is
     */
    public boolean has(KvmAttribute attribute) {
        return find(attribute.owner()).stream()
                .flatMap(owner -> owner.attributes().stream())
                .anyMatch(asked -> asked.group() == attribute.group()
                        && asked.number() == attribute.number()
                        && asked.isSupported());
    }

    private Optional<Owner> find(AttributeOwner wanted) {
        return owners.stream()
                .filter(owner -> owner.owner().equals(Optional.of(wanted)))
                .findFirst();
    }

    /** {@return a table: a line for each owner, and below those that are there a line for each attribute} */
    @Override
    public String toString() {
        List<String[]> rows = new ArrayList<>();
        for (Owner owner : owners) {
            rows.add(new String[] {owner.name(), answer(owner.refused())});
            for (Attribute attribute : owner.attributes()) {
                rows.add(row(attribute));
            }
        }
        return format(rows);
    }

    private static String[] row(Attribute attribute) {
        String numbers = attribute.group() + "/0x" + Long.toHexString(attribute.number());
        return attribute
                .known()
                .map(known -> new String[] {
                    "  " + known.name(),
                    answer(attribute.refused()),
                    numbers,
                    known.value() == AttributeValue.NONE
                            ? "command"
                            : known.value().size() * 8 + " bits",
                    known.access().toString(),
                    known.phase() + (known.once() ? ", once" : "")
                })
                .orElseGet(() -> new String[] {"  (unknown)", answer(attribute.refused()), numbers});
    }

    private static String answer(Optional<Errno> refused) {
        return refused.map(Errno::symbol).orElse("yes");
    }

    private static String format(List<String[]> rows) {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder table = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }
}
