// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.fwcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** struct fw_cfg_files and fw_cfg_file of include/uapi/linux/qemu_fw_cfg.h. */
class FwCfgDirectoryTest {
    private static final FwCfgFile FIRST = new FwCfgFile(0x20, "bootorder", 0);
    private static final FwCfgFile SECOND = new FwCfgFile(0x3fff, "etc/table-loader", 0xffff_ffffL);

    private static byte[] entries(FwCfgFile... files) {
        byte[] item = DirectoryBytes.of(List.of(files));
        return Arrays.copyOfRange(item, 4, 4 + 64 * files.length);
    }

    @Test
    void theFilesAreInTheOrderOfTheDevice() throws FwCfgException {
        FwCfgDirectory directory = FwCfgDirectory.of(entries(SECOND, FIRST));
        assertThat(directory.files()).containsExactly(SECOND, FIRST);
        assertThat(directory.find("bootorder")).contains(FIRST);
        assertThat(directory.find(0x3fff)).contains(SECOND);
        assertThat(directory.find("boot")).isEmpty();
        assertThat(directory.find(0x21)).isEmpty();
        assertThat(FwCfgDirectory.of(new byte[0]).files()).isEmpty();
    }

    @Test
    void aNameOf55CharactersIsTheLongest() throws FwCfgException {
        FwCfgFile longest = new FwCfgFile(0x20, "n".repeat(55), 1);
        assertThat(FwCfgDirectory.of(entries(longest)).files()).containsExactly(longest);
        byte[] endless = entries(longest);
        endless[63] = 'n';
        assertThatThrownBy(() -> FwCfgDirectory.of(endless))
                .isInstanceOf(FwCfgDirectoryException.class)
                .hasMessageContaining("entry 0 has a name without an end");
    }

    /** The two reserved bytes are not looked at, and neither is what is behind the end of a name. */
    @Test
    void whatMeansNothingIsIgnored() throws FwCfgException {
        byte[] entries = entries(FIRST);
        entries[6] = 1;
        entries[63] = 1;
        assertThat(FwCfgDirectory.of(entries).files()).containsExactly(FIRST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x19, 0x1f, 0x4000, 0x4020, 0x8020, 0xffff})
    void aKeyThatIsNoFilesIsRefused(int key) {
        assertThatThrownBy(() -> FwCfgDirectory.of(entries(FIRST, new FwCfgFile(key, "x", 1))))
                .isInstanceOfSatisfying(
                        FwCfgDirectoryException.class,
                        refused -> assertThat(refused.entry()).isOne())
                .hasMessageContaining("entry 1 has the key 0x" + Integer.toHexString(key));
    }

    @ParameterizedTest
    @CsvSource({
        "0x21, bootorder, has the name of entry 0",
        "0x20, other, has the key 0x20 of another entry",
        "0x21, '', has no name"
    })
    void keysAndNamesAreUnique(String key, String name, String problem) {
        assertThatThrownBy(() -> FwCfgDirectory.of(entries(FIRST, new FwCfgFile(Integer.decode(key), name, 1))))
                .isInstanceOf(FwCfgDirectoryException.class)
                .hasMessageContaining("entry 1 " + problem);
    }

    @Test
    void thereAreNotMoreEntriesThanKeys() throws FwCfgException {
        assertThat(FwCfgDirectory.count(new byte[] {0, 0, 0x3f, (byte) 0xe0})).isEqualTo(16352);
        assertThatThrownBy(() -> FwCfgDirectory.count(new byte[] {0, 0, 0x3f, (byte) 0xe1}))
                .isInstanceOfSatisfying(
                        FwCfgDirectoryException.class,
                        refused -> assertThat(refused.entry()).isNegative())
                .hasMessageContaining("it has 16353 entries where 16352 can be");
        assertThatThrownBy(() -> FwCfgDirectory.count(new byte[] {-1, -1, -1, -1}))
                .hasMessageContaining("it has 4294967295 entries");
    }
}
