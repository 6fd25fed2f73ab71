// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vfio4j.linux.Errno;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/**
 * What each error of the device control API means, for each type of device and group of attributes: one errno has as
 * many meanings as there are devices. An error without a row of its group has one of its owner, of its step, or none.
 */
final class DeviceExplanations {
    /** For which owner, step, group and error a row is; null for any owner, any step or any group. */
    record Key(AttributeOwner owner, Step step, Integer group, Errno errno) {}

    /** What an error means, and what to do about it. */
    record Row(String meaning, String remedy) {}

    /** In place of a group: the error is of making a device, or asking for a type. */
    static final int NO_GROUP = -1;

    private static final Map<Key, Row> ROWS = rows();

    private DeviceExplanations() {}

    static VfioException exception(Step step, AttributeOwner owner, String subject, int group, int number) {
        return find(step, owner, group, Errno.of(number))
                .map(row -> VfioException.of(step, subject, Errno.of(number), row.meaning(), row.remedy()))
                .orElseGet(() -> VfioException.of(step, subject, number));
    }

    private static Optional<Row> find(Step step, AttributeOwner owner, int group, Errno errno) {
        return Stream.of(
                        new Key(owner, step, group, errno),
                        new Key(owner, null, group, errno),
                        new Key(owner, step, null, errno),
                        new Key(null, step, null, errno),
                        new Key(null, null, null, errno))
                .map(ROWS::get)
                .filter(row -> row != null)
                .findFirst();
    }

    static Map<Key, Row> all() {
        return ROWS;
    }

    private static Map<Key, Row> rows() {
        Table table = new Table();
        CommonDeviceExplanations.addTo(table);
        VgicExplanations.addTo(table);
        return Map.copyOf(table.rows);
    }

    /** The rows while they are added. */
    static final class Table {
        private final Map<Key, Row> rows = new HashMap<>();

        /** Adds a row of all devices and objects. */
        Table row(Step step, Errno errno, String meaning, String remedy) {
            return put(new Key(null, step, null, errno), meaning, remedy);
        }

        /** Adds a row of an owner, for a step. */
        Table row(AttributeOwner owner, Step step, Errno errno, String meaning, String remedy) {
            return put(new Key(owner, step, null, errno), meaning, remedy);
        }

        /** Adds a row of a group of several owners, for all steps. */
        Table row(List<? extends AttributeOwner> owners, int group, Errno errno, String meaning, String remedy) {
            owners.forEach(owner -> put(new Key(owner, null, group, errno), meaning, remedy));
            return this;
        }

        private Table put(Key key, String meaning, String remedy) {
            if (rows.put(key, new Row(meaning, remedy)) != null) {
                throw new IllegalStateException(key + " has two rows");
            }
            return this;
        }
    }
}
