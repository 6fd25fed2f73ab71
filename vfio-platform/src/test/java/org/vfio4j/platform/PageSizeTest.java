// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.linux.LinuxSyscalls;

class PageSizeTest {
    @Test
    void is_what_the_machine_says_by_a_system_call() throws IOException {
        assertThat(PageSize.of(HostFiles.ofMachine()))
                .isEqualTo(LinuxSyscalls.ofMachine().pageSize());
    }

    @Test
    void is_never_guessed() throws IOException {
        HostFiles files = mock(HostFiles.class);
        when(files.read(any())).thenReturn(new byte[40]);

        assertThatThrownBy(() -> PageSize.of(files))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/proc/self/auxv");
    }
}
