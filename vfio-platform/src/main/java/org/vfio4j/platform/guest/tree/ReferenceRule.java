// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest.tree;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vfio4j.platform.guest.tree.GuestNote.Kind;

/**
 * What becomes of a property that refers to nodes that the guest does not have.
 *
 * @param kind whether the host sees to it or the user must
 * @param names the property that has the names of its entries; empty if there is none
 * @param why what the guest lacks
 * @param remedy what to do
 */
record ReferenceRule(Kind kind, String names, String why, String remedy) {
    private static final String NOTHING = "nothing";

    private static final ReferenceRule IOMMU =
            host("", "the IOMMU is the host's: VFIO maps the guest's memory in it, at its guest-physical addresses");
    private static final ReferenceRule ASSIGNED_CLOCKS =
            host("", "the host sets these clocks when it binds the device to VFIO");
    private static final ReferenceRule OPERATING_POINTS =
            host("", "performance levels need the host's clocks and regulators");
    private static final ReferenceRule PINS = host(
            "pinctrl-names", "the pins are the host's: it sets their default state when it binds the device to VFIO");
    private static final ReferenceRule SUPPLY = provide(
            "",
            "the regulator is the host's; without the property Linux takes the supply to be on",
            "see that the host leaves the supply on (regulator-always-on)");
    private static final ReferenceRule GPIO = provide(
            "",
            "the GPIO controller is the host's",
            "set the line in the host (a gpio-hog), or assign the controller, too, if the driver insists on it");

    private static final Map<String, ReferenceRule> BY_NAME = Map.ofEntries(
            Map.entry("iommus", IOMMU),
            Map.entry("iommu-map", IOMMU),
            Map.entry("iommu-map-mask", IOMMU),
            Map.entry("assigned-clocks", ASSIGNED_CLOCKS),
            Map.entry("assigned-clock-parents", ASSIGNED_CLOCKS),
            Map.entry("assigned-clock-rates", ASSIGNED_CLOCKS),
            Map.entry("assigned-clock-rates-u64", ASSIGNED_CLOCKS),
            Map.entry("assigned-clock-sscs", ASSIGNED_CLOCKS),
            Map.entry("operating-points-v2", OPERATING_POINTS),
            Map.entry("operating-points", OPERATING_POINTS),
            Map.entry("required-opps", OPERATING_POINTS),
            Map.entry(
                    "power-domains",
                    host("power-domain-names", "the host keeps the domain on while VFIO has the device open")),
            Map.entry(
                    "interconnects",
                    host("interconnect-names", "the bandwidth of the host's interconnect is for the host to give")),
            Map.entry(
                    "access-controllers",
                    host("access-controller-names", "the host's firewall is for the host to set")),
            Map.entry(
                    "resets",
                    provide(
                            "reset-names",
                            "the reset controller is the host's",
                            "see that the host leaves the device out of reset; a driver that insists on the line cannot"
                                    + " be used")),
            Map.entry(
                    "dmas",
                    provide(
                            "dma-names",
                            "the DMA controller is the host's",
                            "assign it, too, or use the driver without DMA")),
            Map.entry(
                    "memory-region",
                    provide(
                            "memory-region-names",
                            "the reserved memory is the host's",
                            "reserve memory in the guest's tree and refer to it")),
            Map.entry(
                    "phys",
                    provide("phy-names", "the PHY is the host's", "assign it, too, or see that the host leaves it on")),
            Map.entry(
                    "clocks",
                    provide(
                            "clock-names",
                            "the clock is the host's, and the tree does not say its rate",
                            "say its rate, and see that the host leaves it on")),
            Map.entry(
                    "msi-parent",
                    provide(
                            "",
                            "a VFIO platform device has no message-signalled interrupts",
                            "use the driver without")),
            Map.entry("io-channels", elsewhere("io-channel-names")),
            Map.entry("mboxes", elsewhere("mbox-names")),
            Map.entry("hwlocks", elsewhere("hwlock-names")),
            Map.entry("nvmem-cells", elsewhere("nvmem-cell-names")),
            Map.entry("pwms", elsewhere("pwm-names")),
            Map.entry("mux-controls", elsewhere("mux-control-names")),
            Map.entry("mux-states", elsewhere("mux-state-names")),
            Map.entry("thermal-sensors", elsewhere("thermal-sensor-names")));

    private static final ReferenceRule OTHER = elsewhere("");

    /** Numbers of common bindings, which are small and so may be taken for phandles. */
    private static final Set<String> NUMBERS = Set.of(
            "arm,primecell-periphid",
            "bits",
            "bus-width",
            "cell-index",
            "clock-accuracy",
            "clock-div",
            "clock-indices",
            "clock-mult",
            "current-speed",
            "data-lanes",
            "dma-channels",
            "dma-requests",
            "drive-strength",
            "fifo-depth",
            "fifo-size",
            "frame-number",
            "gpio-reserved-ranges",
            "max-speed",
            "ngpios",
            "opp-level",
            "opp-microvolt",
            "opp-supported-hw",
            "pagesize",
            "reg-io-width",
            "reg-offset",
            "reg-shift",
            "regulator-allowed-modes",
            "regulator-initial-mode",
            "regulator-max-microvolt",
            "regulator-min-microvolt",
            "rx-fifo-depth",
            "timeout-sec",
            "tx-fifo-depth",
            "virtual-reg");

    private static ReferenceRule host(String names, String why) {
        return new ReferenceRule(Kind.HOST, names, why, NOTHING);
    }

    private static ReferenceRule provide(String names, String why, String remedy) {
        return new ReferenceRule(Kind.PROVIDE, names, why, remedy);
    }

    private static ReferenceRule elsewhere(String names) {
        return provide(
                names,
                "it refers to what the guest does not have",
                "assign that, too, or provide it in the guest, if the driver needs it");
    }

    /**
     * The rule for a property that refers to something, or does so by its name.
     *
     * @param property the name
     * @return the rule
     */
    static ReferenceRule of(String property) {
        return known(property).orElse(OTHER);
    }

    /**
     * The rule for a property whose name says that it is about the host's devices.
     *
     * @param property the name
     * @return the rule, or empty
     */
    static Optional<ReferenceRule> known(String property) {
        if (property.matches("pinctrl-[0-9].*")) {
            return Optional.of(PINS);
        }
        if (property.endsWith("-supply")) {
            return Optional.of(SUPPLY);
        }
        boolean isCount = property.endsWith("nr-gpios");
        if (!isCount && property.endsWith("-gpios") || property.endsWith("-gpio") || property.equals("gpios")) {
            return Optional.of(GPIO);
        }
        return Optional.ofNullable(BY_NAME.get(property));
    }

    /**
     * Whether a property is known to hold plain numbers.
     *
     * @param property the name
     * @return true if it is
     */
    static boolean isNumber(String property) {
        return NUMBERS.contains(property);
    }
}
