// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Something in the simulated /sys, /proc and /dev. */
sealed interface SysEntry {
    /** The permission bits; everything is root's. */
    int mode();

    /**
     * A directory.
     *
     * @param entries makes what is in it now
     */
    record Directory(Supplier<Map<String, SysEntry>> entries) implements SysEntry {
        static Directory of(Map<String, SysEntry> entries) {
            return new Directory(() -> entries);
        }

        @Override
        public int mode() {
            return 0755;
        }
    }

    /**
     * A file.
     *
     * @param show makes its content; null if it cannot be read
     * @param store takes what is written in one write(2); null if it cannot be written, by root neither
     * @param secret whether only root may read it
     */
    record Attribute(Supplier<byte[]> show, Consumer<byte[]> store, boolean secret) implements SysEntry {
        static Attribute readOnly(Supplier<byte[]> show) {
            return new Attribute(show, null, false);
        }

        /** Sysfs derives it of the operations as well. */
        @Override
        public int mode() {
            int read = show == null ? 0 : secret ? 0400 : 0444;
            return store == null ? read : read | 0200;
        }
    }

    /**
     * A symbolic link.
     *
     * @param target as it stands in the link
     */
    record Link(String target) implements SysEntry {
        @Override
        public int mode() {
            return 0777;
        }
    }

    /**
     * A character device, or another file that the system calls are for and that is not read as a whole.
     *
     * @param mode the permission bits
     */
    record Device(int mode) implements SysEntry {
        /** {@code /proc/self/pagemap}. */
        static final Device PAGEMAP = new Device(0400);

        /** {@code /dev/vfio/vfio}, which its driver gives to everybody. */
        static final Device CONTAINER = new Device(0666);

        /** {@code /dev/iommu} ({@code drivers/iommu/iommufd/main.c}). */
        static final Device IOMMUFD = new Device(0660);

        /** KVM: devtmpfs gives it to root; distributions give it to a group of its own. */
        static final Device KVM = new Device(0600);

        /** A group, or a device of its own: devtmpfs gives to root only what has no other mode. */
        static final Device GROUP_OR_DEVICE = new Device(0600);
    }
}
