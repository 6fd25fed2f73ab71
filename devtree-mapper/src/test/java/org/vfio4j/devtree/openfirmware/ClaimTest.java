// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.dts.DtsReader;

/**
 * Claiming and releasing memory: 512 MiB at 0, of which the machine has taken the first 0xda0 bytes, a stack and a
 * kernel, as a machine of QEMU's does.
 */
class ClaimTest {
    private final Client client = Client.of(
            Trees.MACHINE,
            settings -> settings.reserve(0, 0xda0).reserve(0x8000, 0x8000).reserve(0x400000, 0x287c918));

    private int claim(long address, long size, long alignment) {
        return client.call("claim", (int) address, (int) size, (int) alignment);
    }

    private int release(long address, long size) {
        return client.call("release", (int) address, (int) size);
    }

    private String available() {
        return available(client, "/memory@0");
    }

    /** The property as address+size in hexadecimal, two cells each. */
    private static String available(Client client, String path) {
        ByteBuffer value = ByteBuffer.wrap(client.property(path, "available"));
        List<String> pairs = new ArrayList<>();
        while (value.hasRemaining()) {
            pairs.add(Long.toHexString(value.getLong()) + "+" + Long.toHexString(value.getLong()));
        }
        return String.join(" ", pairs);
    }

    @Test
    void availableIsThereBeforeTheFirstClaim() {
        assertThat(available()).isEqualTo("da0+7260 10000+3f0000 2c7c918+1d3836e8");
    }

    @Test
    void theClaimsOfLinuxLeaveWhatVofLeaves() {
        assertThat(claim(0x1fff0000, 0x82c, 0)).isEqualTo(0x1fff0000);
        assertThat(claim(0x2c90000, 0x100000, 0)).isEqualTo(0x2c90000);
        assertThat(available()).isEqualTo("da0+7260 10000+3f0000 2c7c918+136e8 2d90000+1d260000 1fff082c+f7d4");
    }

    @Test
    void sizeZeroIsMinusOne() {
        assertThat(claim(0x1000000, 0, 0)).isEqualTo(-1);
        assertThat(claim(0, 0, 0x1000)).isEqualTo(-1);
        assertThat(release(0x1000000, 0)).isEqualTo(-1);
    }

    @Test
    void withoutAlignmentExactlyThatAddressIsClaimedIfItIsFree() {
        assertThat(claim(0x1000, 0x1000, 0)).isEqualTo(0x1000);
        assertThat(claim(0x1fff, 1, 0)).isEqualTo(-1);
        assertThat(claim(0xfff, 2, 0)).isEqualTo(-1);
        assertThat(claim(0, 1, 0)).isEqualTo(-1);
        assertThat(claim(0x3fffff, 2, 0)).isEqualTo(-1);
        assertThat(claim(0x2000, 0x1000, 0)).isEqualTo(0x2000);
    }

    @Test
    void withAlignmentTheAddressHasNoMeaning() {
        int first = claim(0x400000, 0x1000, 0x1000);
        assertThat(first).isNotEqualTo(-1).isNotZero();
        assertThat(first & 0xfff).isZero();
        assertThat(claim(0x400000, 0x1000, 0x1000)).isNotEqualTo(first);
    }

    @Test
    void anAlignmentThatIsNoPowerOfTwoIsRefusedWhereVofRoundsToIt() {
        assertThat(claim(0, 0x1000, 3)).isEqualTo(-1);
        assertThat(claim(0, 0x1000, 0xffffffffL)).isEqualTo(-1);
        assertThat(claim(0, 0x1000, 1)).isNotEqualTo(-1);
        assertThat(claim(0, 0x1000, 0x80000000L)).as("no RAM there").isEqualTo(-1);
    }

    @Test
    void theSmallestFreeRangeThatFitsIsTaken() {
        assertThat(claim(0, 0x1000, 0x1000)).isEqualTo(0x1000);
        assertThat(claim(0, 0x10000, 0x10000)).isEqualTo(0x10000);
        assertThat(claim(0, 0x400000, 0x1000)).isEqualTo(0x2c7d000);
    }

    @Test
    void anAlignedClaimWorksAfterOneAtTheTopWhereVofFindsNothingMore() {
        assertThat(claim(0x1fff0000, 0x10000, 0)).isEqualTo(0x1fff0000);
        assertThat(claim(0, 0x1000000, 0x1000)).isNotEqualTo(-1);
    }

    @Test
    void anAlignedClaimReusesReleasedMemoryWhereVofNeverDoes() {
        for (int i = 0; i < 1000; i++) {
            int address = claim(0, 0x10000000, 0x1000);
            assertThat(address).isNotEqualTo(-1);
            assertThat(release(address, 0x10000000)).isZero();
        }
        assertThat(available()).isEqualTo("da0+7260 10000+3f0000 2c7c918+1d3836e8");
    }

    @Test
    void memoryThatIsNotThereIsNotClaimedWhereVofClaimsIt() {
        String before = available();
        assertThat(claim(0x30000000, 0x1000, 0)).isEqualTo(-1);
        assertThat(claim(0x1ffff000, 0x1001, 0)).isEqualTo(-1);
        assertThat(claim(0, 0x20000000, 0x1000)).isEqualTo(-1);
        assertThat(available()).isEqualTo(before);
    }

    @Test
    void aClaimNear4GiBIsRefusedWhereQemuAborts() {
        assertThat(claim(0xfffff000L, 0x1000, 0)).isEqualTo(-1);
        assertThat(claim(0xfffff000L, 0x1000, 0x1000)).isNotEqualTo(0xfffff000);
        assertThat(claim(0xffffffffL, 0xffffffffL, 0)).isEqualTo(-1);
        assertThat(claim(1, 0xffffffffL, 0)).isEqualTo(-1);
    }

    @Test
    void theFirmwaresMemoryIsNotReleasedWhereQemuAborts() {
        assertThat(release(0, 0xda0)).isEqualTo(-1);
        assertThat(release(0x400000, 0x287c918)).isEqualTo(-1);
    }

    @Test
    void afterQuiesceNothingIsClaimedWhereQemuExits() {
        claim(0x1000, 0x1000, 0);
        String before = available();
        client.call("quiesce");
        assertThat(claim(0x2000, 0x1000, 0)).isEqualTo(-1);
        assertThat(claim(0, 0x1000, 0x1000)).isEqualTo(-1);
        assertThat(release(0x1000, 0x1000)).isEqualTo(-1);
        assertThat(available()).isEqualTo(before);
    }

    @Test
    void noEntryOfAvailableIsEmptyWhereVofPublishesGaps() {
        assertThat(claim(0xda0, 0x7260, 0)).isEqualTo(0xda0);
        assertThat(claim(0x10000, 0x3f0000, 0)).isEqualTo(0x10000);
        assertThat(available()).isEqualTo("2c7c918+1d3836e8");
        assertThat(claim(0x2c7c918, 0x1d3836e8, 0)).isEqualTo(0x2c7c918);
        assertThat(available()).isEmpty();
        assertThat(claim(0, 1, 1)).isEqualTo(-1);
    }

    @Test
    void aFailedClaimTakesNothing() {
        String before = available();
        for (int i = 0; i < 31; i++) {
            claim(0, 0xf0000000L, 1L << i);
        }
        assertThat(available()).isEqualTo(before);
    }

    @Test
    void theAddressIsAlignedBehindAnOccupiedBlock() {
        claim(0x1000, 0x1001, 0);
        claim(0x3000, 0x4800, 0);
        int address = claim(0, 0x800, 0x800);
        assertThat(address & 0x7ff).isZero();
        assertThat(address).isEqualTo(0x7800);
    }

    @Test
    void aBlockMustFitWithItsEndNotOnlyWithItsStart() {
        claim(0x10000, 0x3f0000, 0);
        claim(0xda0, 0x7260, 0);
        claim(0x2c7d000, 0x1d2b3000, 0);
        assertThat(available()).isEqualTo("2c7c918+6e8 1ff30000+d0000");
        assertThat(claim(0, 0x100000, 0x1000)).isEqualTo(-1);
        assertThat(claim(0, 0xd0000, 0x1000)).isEqualTo(0x1ff30000);
    }

    @Test
    void releaseOfAWholeClaimGivesItBack() {
        claim(0x1000, 0x1000, 0);
        assertThat(release(0x1000, 0x1000)).isZero();
        assertThat(release(0x1000, 0x1000)).as("twice").isEqualTo(-1);
        assertThat(available()).startsWith("da0+7260 ");
    }

    @Test
    void aPartOfAClaimAndTouchingClaimsCanBeReleasedWhereVofWantsExactlyTheClaim() {
        claim(0x1000, 0x1000, 0);
        claim(0x2000, 0x1000, 0);
        assertThat(release(0x1800, 0x1000)).isZero();
        assertThat(available()).startsWith("da0+260 1800+1000 3000+5000 ");
        assertThat(release(0x1000, 0x2000)).as("a part of it is free").isEqualTo(-1);
        assertThat(release(0x1000, 0x801)).isEqualTo(-1);
        assertThat(release(0x1000, 0x800)).isZero();
    }

    @Test
    void anAlignedClaimIsNeverAtZeroWhichLinuxTakesForAFailure() {
        Client bare = Client.of(Trees.MACHINE);
        assertThat(bare.call("claim", 0, 0x1000, 0x1000)).isEqualTo(0x1000);
        assertThat(bare.call("claim", 0, 0x1000, 0)).as("but asked for, it is").isZero();
    }

    @Test
    void aClientThatCutsMemoryToPiecesComesToAnEnd() {
        int claims = 0;
        while (claims < 100_000 && claim(0x3000000 + 2L * claims, 1, 0) != -1) {
            claims++;
        }
        assertThat(claims).isBetween(1000, ClaimedMemory.MAX_RANGES);
    }

    @Test
    void everyMemoryNodeHasItsOwnAvailableWhereVofKnowsOnlyTheFirst() {
        DeviceTree tree = DtsReader.read("""
                / {
                    #address-cells = <2>; #size-cells = <2>;
                    memory@0 { device_type = "memory"; reg = <0 0 0 0x1000>, <0 0x1000 0 0x1000>, <0 0x8000 0 0x1000>; };
                    memory@80000000 { device_type = "memory"; reg = <0 0x1000 0 0x2000>, <0 0x80000000 1 0>; };
                    memory@off { device_type = "memory"; status = "disabled"; reg = <0 0x40000000 0 0x1000>; };
                };
                """);
        Client two = Client.of(tree);
        assertThat(available(two, "/memory@0")).isEqualTo("0+2000 8000+1000");
        assertThat(available(two, "/memory@80000000"))
                .as("without what the first has")
                .isEqualTo("2000+1000 80000000+100000000");
        assertThat(two.call("claim", 0x1800, 0x1000, 0)).as("over both").isEqualTo(0x1800);
        assertThat(available(two, "/memory@0")).isEqualTo("0+1800 8000+1000");
        assertThat(available(two, "/memory@80000000")).isEqualTo("2800+800 80000000+100000000");
        assertThat(two.call("claim", 0xfffff000, 0x1001, 0)).as("over 4 GiB").isEqualTo(-1);
        assertThat(two.call("claim", 0xfffff000, 0x1000, 0))
                .as("the last page of 4 GiB")
                .isEqualTo(0xfffff000);
        assertThat(two.call("claim", 0xffffe000, 0x2000, 0)).isEqualTo(-1);
        assertThat(available(two, "/memory@80000000")).isEqualTo("2800+800 80000000+7ffff000 100000000+80000000");
        assertThat(two.call("claim", 0x40000000, 0x1000, 0)).isEqualTo(-1);
        assertThat(two.call("getproplen", two.find("/memory@off"), "available")).isEqualTo(-1);
    }

    @Test
    void reservedMemoryOfTheTreeIsNotAvailable() {
        DeviceTree tree = DtsReader.read("""
                /memreserve/ 0x10000 0x1000;
                / {
                    #address-cells = <1>; #size-cells = <1>;
                    memory@0 { device_type = "memory"; reg = <0 0x100000>; };
                    reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;
                        area@20000 { reg = <0x20000 0x2000>; }; pool { size = <0x1000>; }; };
                };
                """);
        Client small = Client.of(tree);
        assertThat(small.property("/memory@0", "available"))
                .isEqualTo(ByteBuffer.allocate(24)
                        .putInt(0)
                        .putInt(0x10000)
                        .putInt(0x11000)
                        .putInt(0xf000)
                        .putInt(0x22000)
                        .putInt(0xde000)
                        .array());
        assertThat(small.call("claim", 0x20000, 0x1000, 0)).isEqualTo(-1);
        assertThat(small.call("release", 0x20000, 0x2000)).isEqualTo(-1);
    }

    @Test
    void aTreeWithoutMemoryHasNoneToClaim() {
        Client none = Client.of(DtsReader.read("/ { };"));
        assertThat(none.call("claim", 0, 1, 1)).isEqualTo(-1);
        assertThat(none.call("release", 0, 1)).isEqualTo(-1);
    }

    @Test
    void memoryOfAnAbsurdSizeIsTakenAsFarAsItGoes() {
        Client vast = Client.of(DtsReader.read("""
                / { #address-cells = <2>; #size-cells = <2>;
                    memory@0 { device_type = "memory"; reg = <0 0x1000 0xffffffff 0xffffe000>, <0xffffffff 0 0 0x1000>,
                        <0x7fffffff 0 0xffffffff 0>; }; };
                """));
        assertThat(vast.call("claim", 0xfffff000, 0xfff, 0)).isEqualTo(0xfffff000);
        assertThat(available(vast, "/memory@0")).isEqualTo("1000+ffffe000 ffffffff+3fffffff00000001");
    }
}
