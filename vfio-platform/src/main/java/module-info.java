// SPDX-License-Identifier: Apache-2.0
/** Platform devices: find, open and inspect them; the {@code vfio} command. */
module org.vfio4j.platform {
    requires com.grack.nanojson;
    requires info.picocli;
    requires transitive org.vfio4j.api;
    requires transitive org.vfio4j.devtree;

    exports org.vfio4j.platform;
    exports org.vfio4j.platform.cli;
    exports org.vfio4j.platform.dma;
    exports org.vfio4j.platform.doctor;
    exports org.vfio4j.platform.guest;
    exports org.vfio4j.platform.guest.tree;
    exports org.vfio4j.platform.irq;
    exports org.vfio4j.platform.register;
    exports org.vfio4j.platform.sim;

    opens org.vfio4j.platform.cli to
            info.picocli;

    uses org.vfio4j.platform.cli.CommandProvider;
}
