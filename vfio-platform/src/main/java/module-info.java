// SPDX-License-Identifier: Apache-2.0
/** Platform devices: find, open and inspect them. */
module org.vfio4j.platform {
    requires transitive org.vfio4j.api;
    requires transitive org.vfio4j.devtree;

    exports org.vfio4j.platform;
}
