// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.address.AddressSpace;
import org.vfio4j.devtree.mapper.RegionMapping;
import org.vfio4j.devtree.mapper.RegionSource;
import org.vfio4j.platform.register.RegionAccess.Kind;

class RegionAccessTest {
    private static final Set<RegionFlag> READ_WRITE = Set.of(RegionFlag.READ, RegionFlag.WRITE);

    private static Optional<RegionMapping> at(long address, AddressSpace space) {
        return Optional.of(
                new RegionMapping(0, "/dev", RegionSource.REG, 0, Optional.empty(), address, address, 0x1000, space));
    }

    // vfio_platform_regions_init gives a region of IORESOURCE_IO no flag at all.
    @Test
    void io_ports_are_out_of_reach() {
        assertThat(RegionAccess.of(0x1000, Set.of(), at(0x1000, AddressSpace.IO), 4096))
                .isEqualTo(new RegionAccess(Kind.NONE, "I/O ports: vfio-platform gives no access to them"));
    }

    @Test
    void a_region_without_flags_is_out_of_reach() {
        assertThat(RegionAccess.of(0x1000, Set.of(), Optional.empty(), 4096))
                .isEqualTo(new RegionAccess(Kind.NONE, "the device offers neither mmap, read nor write"));
    }

    // Without a mapping the size is all there is to explain it with.
    @Test
    void the_reason_of_a_trapped_region_is_what_is_known_of_it() {
        assertThat(RegionAccess.of(0x100, READ_WRITE, Optional.empty(), 4096).reason())
                .isEqualTo("size is no multiple of the page size of 4096");
        assertThat(RegionAccess.of(0x1000, READ_WRITE, Optional.empty(), 4096))
                .isEqualTo(new RegionAccess(Kind.TRAPPED, "the device does not offer mmap"));
        assertThat(RegionAccess.of(0x1000, READ_WRITE, at(0x1100, AddressSpace.MEMORY), 4096)
                        .reason())
                .isEqualTo("begins 0x100 into a page of 4096");
    }
}
