// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfio4j.platform.DeviceLookupException.Kind;

class DeviceLookupTest {
    private static final String SATA = "/soc@ffe000000/sata@220000";

    @TempDir
    Path directory;

    private SysfsDirectory sysfs;

    @BeforeEach
    void sysfs() throws IOException {
        sysfs = new SysfsDirectory(directory)
                .platformDevice("ffe220000.sata", SATA)
                .platformDevice("ffe221000.sata", "/soc@ffe000000/sata@221000")
                .directory("/sys/firmware/devicetree/base/memory@0")
                .file("/sys/firmware/devicetree/base/aliases/sata0", SATA + "\0")
                .file("/sys/firmware/devicetree/base/aliases/soc", "/soc@ffe000000\0");
    }

    private SysfsDevice find(String name) throws IOException {
        return new PlatformBus(sysfs).find(name);
    }

    private DeviceLookupException failure(String name) {
        return catchThrowableOfType(DeviceLookupException.class, () -> find(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffe220000.sata",
                "/soc@ffe000000/sata@220000",
                "/soc@ffe000000/sata@220000/",
                "sata0",
                "soc/sata@220000",
                "/sys/bus/platform/devices/ffe220000.sata",
                "/sys/devices/platform/ffe220000.sata",
                "/sys/firmware/devicetree/base/soc@ffe000000/sata@220000",
                "/proc/device-tree/soc@ffe000000/sata@220000"
            })
    void a_device_is_found_by_name_node_alias_and_file(String name) throws IOException {
        assertThat(find(name).name()).isEqualTo("ffe220000.sata");
    }

    // Of two children or a child and a property of one name, sysfs calls the second "name#1"; uevent has the true path.
    @Test
    void a_node_that_sysfs_renamed_is_found_by_its_path_and_by_its_directory() throws IOException {
        sysfs.device("platform", "ffe230000.same", "OF_FULLNAME=/soc@ffe000000/same\n")
                .ofNode("ffe230000.same", "/soc@ffe000000/same#1");

        assertThat(find("/soc@ffe000000/same").name()).isEqualTo("ffe230000.same");
        assertThat(find("/sys/firmware/devicetree/base/soc@ffe000000/same#1").name())
                .isEqualTo("ffe230000.same");
    }

    @Test
    void a_name_that_differs_by_a_letter_is_suggested() {
        DeviceLookupException failure = failure("ffe22000.sata");

        assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure.candidates()).contains("ffe220000.sata");
        assertThat(failure)
                .hasMessage("no device ffe22000.sata; did you mean ffe220000.sata, ffe221000.sata?")
                .hasMessageNotContaining("\n");
    }

    @Test
    void names_that_contain_the_wanted_one_are_suggested() {
        assertThat(failure("sata@221000").candidates()).containsExactly("/soc@ffe000000/sata@221000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing-like-it", "/nowhere", "/sys/class/nowhere", "..", "../../../etc", "", "no/child"})
    void what_is_not_there_is_not_found(String name) {
        assertThat(failure(name).kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/memory@0", "/sys/firmware/devicetree/base/memory@0"})
    void a_node_without_a_device_is_told_from_one_that_is_not_there(String name) {
        assertThat(failure(name).kind()).isEqualTo(Kind.NO_DEVICE_OF_NODE);
        assertThat(failure(name)).hasMessageContaining("/memory@0");
    }

    // Cells of a multi-function device share the node of their parent.
    @Test
    void a_node_of_two_devices_is_ambiguous() {
        sysfs.platformDevice("ffe220000.sata-phy", SATA);

        assertThat(failure(SATA).kind()).isEqualTo(Kind.AMBIGUOUS);
        assertThat(failure(SATA).candidates())
                .containsExactly(
                        "/sys/bus/platform/devices/ffe220000.sata", "/sys/bus/platform/devices/ffe220000.sata-phy");
        assertThatThrownBy(() -> find(SATA)).hasMessageContaining("ffe220000.sata-phy");
    }

    @Test
    void a_name_on_both_buses_is_ambiguous() {
        sysfs.directory("/sys/bus/amba/devices")
                .link("/sys/bus/amba/devices/ffe220000.sata", "/sys/devices/platform/x");
        sysfs.file("/sys/devices/platform/x/uevent", "OF_FULLNAME=/x\n");

        assertThat(failure("ffe220000.sata").kind()).isEqualTo(Kind.AMBIGUOUS);
    }
}
