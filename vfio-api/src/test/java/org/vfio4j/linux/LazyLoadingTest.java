// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** A program that only reads files loads no native library: that takes longer than all the rest of it. */
class LazyLoadingTest {
    /** A program that uses the API without system calls. */
    static final class FilesOnly {
        private FilesOnly() {}

        /**
         * Reads a directory and makes an error.
         *
         * @param arguments none
         * @throws Exception if it cannot
         */
        public static void main(String[] arguments) throws Exception {
            HostFiles.ofMachine().list(Path.of("/"));
            System.out.println(VfioException.of(Step.OPEN_CONTAINER, Container.PATH, 2) + " " + LinuxSyscalls.class);
        }
    }

    /** A program that makes a system call. */
    static final class OneCall {
        private OneCall() {}

        /**
         * Closes nothing.
         *
         * @param arguments none
         */
        public static void main(String[] arguments) {
            System.out.println(LinuxSyscalls.ofMachine().close(-1));
        }
    }

    @Test
    @Timeout(60)
    void aProgramThatOnlyReadsFilesLoadsNoNativeLibrary() throws Exception {
        assertThat(classesLoadedBy(FilesOnly.class))
                .contains("org.vfio4j.linux.MachineFiles", "Remedy: modprobe vfio")
                .doesNotContain("com.kenai.jffi", "jnr.posix", "com.sun.jna", "org.vfio4j.linux.internal");
    }

    @Test
    @Timeout(60)
    void aSystemCallLoadsThemButNotJna() throws Exception {
        assertThat(classesLoadedBy(OneCall.class))
                .contains("com.kenai.jffi", "jnr.posix", "-9")
                .doesNotContain("com.sun.jna");
    }

    private static String classesLoadedBy(Class<?> program) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
