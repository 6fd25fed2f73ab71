// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.vmm;

import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.DeviceTreeBuilder;

/** The device tree of the guest's board, without the assigned devices. Bindings: Linux's Documentation/devicetree. */
final class GuestBoard {
    private static final int GIC = 1;
    private static final int CLOCK = 2;
    /** Interrupt specifiers of the GIC, arm,gic-v3.yaml: type, number, flags. */
    private static final int SPI = 0;

    private static final int PPI = 1;
    private static final int LEVEL_HIGH = 4;

    private GuestBoard() {}

    /**
     * The tree.
     *
     * @param layout where memory and initramfs are
     * @param cpus number of CPUs
     * @param commandLine the kernel's
     * @param seed random bytes for the kernel's random numbers
     * @return the tree
     */
    static DeviceTree tree(MemoryLayout layout, int cpus, String commandLine, byte[] seed) {
        DeviceTreeBuilder tree = DeviceTree.builder()
                .beginNode("")
                .strings("compatible", "linux,dummy-virt")
                .strings("model", "vfio4j VMM")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .cells("interrupt-parent", GIC);
        chosen(tree, layout, commandLine, seed);
        tree.beginNode("memory@" + Long.toHexString(GuestMap.MEMORY)).strings("device_type", "memory");
        reg(tree, GuestMap.MEMORY, layout.memorySize()).endNode();
        cpus(tree, cpus);
        tree.beginNode("psci").strings("compatible", "arm,psci-1.0", "arm,psci-0.2");
        tree.strings("method", "hvc").endNode();
        timer(tree);
        interruptController(tree, cpus);
        tree.beginNode("apb-pclk").strings("compatible", "fixed-clock").cells("#clock-cells", 0);
        tree.cells("clock-frequency", 24_000_000).cells("phandle", CLOCK).endNode();
        uart(tree);
        return tree.endNode().build();
    }

    private static String uartName() {
        return "serial@" + Long.toHexString(GuestMap.UART);
    }

    private static void chosen(DeviceTreeBuilder tree, MemoryLayout layout, String commandLine, byte[] seed) {
        tree.beginNode("chosen").strings("bootargs", commandLine).strings("stdout-path", "/" + uartName());
        tree.property("rng-seed", seed);
        if (layout.initrdSize() > 0) {
            long end = layout.initrd() + layout.initrdSize();
            tree.cells("linux,initrd-start", high(layout.initrd()), low(layout.initrd()));
            tree.cells("linux,initrd-end", high(end), low(end));
        }
        tree.endNode();
    }

    /** KVM gives CPU n the affinity n in groups of 16: vcpu_id in aff0 and aff1 of its MPIDR. */
    private static void cpus(DeviceTreeBuilder tree, int cpus) {
        tree.beginNode("cpus").cells("#address-cells", 1).cells("#size-cells", 0);
        for (int cpu = 0; cpu < cpus; cpu++) {
            int affinity = cpu & 0xf | cpu >> 4 << 8;
            tree.beginNode("cpu@" + Integer.toHexString(affinity)).strings("device_type", "cpu");
            tree.strings("compatible", "arm,armv8").cells("reg", affinity);
            tree.strings("enable-method", "psci").endNode();
        }
        tree.endNode();
    }

    /** Secure, non-secure, virtual and hypervisor timer, with KVM's interrupts. */
    private static void timer(DeviceTreeBuilder tree) {
        tree.beginNode("timer").strings("compatible", "arm,armv8-timer");
        tree.cells("interrupts", PPI, 13, LEVEL_HIGH, PPI, 14, LEVEL_HIGH, PPI, 11, LEVEL_HIGH, PPI, 10, LEVEL_HIGH);
        tree.property("always-on", new byte[0]).endNode();
    }

    private static void interruptController(DeviceTreeBuilder tree, int cpus) {
        tree.beginNode("interrupt-controller@" + Long.toHexString(GuestMap.DISTRIBUTOR));
        tree.strings("compatible", "arm,gic-v3").cells("#interrupt-cells", 3).cells("#address-cells", 0);
        tree.property("interrupt-controller", new byte[0]);
        reg(
                tree,
                GuestMap.DISTRIBUTOR,
                GuestMap.DISTRIBUTOR_SIZE,
                GuestMap.REDISTRIBUTORS,
                cpus * GuestMap.REDISTRIBUTOR_SIZE);
        tree.cells("phandle", GIC).endNode();
    }

    private static void uart(DeviceTreeBuilder tree) {
        tree.beginNode(uartName()).strings("compatible", "arm,pl011", "arm,primecell");
        reg(tree, GuestMap.UART, ConsoleUart.SIZE);
        tree.cells("interrupts", SPI, GuestMap.UART_SPI, LEVEL_HIGH);
        tree.cells("clocks", CLOCK, CLOCK).strings("clock-names", "uartclk", "apb_pclk");
        tree.endNode();
    }

    private static DeviceTreeBuilder reg(DeviceTreeBuilder tree, long... addressesAndSizes) {
        int[] cells = new int[addressesAndSizes.length * 2];
        for (int i = 0; i < addressesAndSizes.length; i++) {
            cells[2 * i] = high(addressesAndSizes[i]);
            cells[2 * i + 1] = low(addressesAndSizes[i]);
        }
        return tree.cells("reg", cells);
    }

    private static int high(long cell) {
        return (int) (cell >>> 32);
    }

    private static int low(long cell) {
        return (int) cell;
    }
}
