// SPDX-License-Identifier: Apache-2.0
/** Device trees, and the mapping between VFIO regions and interrupts and device-tree nodes. No native code. */
module org.vfio4j.devtree {
    exports org.vfio4j.devtree;
    exports org.vfio4j.devtree.address;
    exports org.vfio4j.devtree.diff;
    exports org.vfio4j.devtree.dts;
    exports org.vfio4j.devtree.fdt;
    exports org.vfio4j.devtree.interrupt;
    exports org.vfio4j.devtree.live;
    exports org.vfio4j.devtree.mapper;
    exports org.vfio4j.devtree.openfirmware;
    exports org.vfio4j.devtree.platform;
}
