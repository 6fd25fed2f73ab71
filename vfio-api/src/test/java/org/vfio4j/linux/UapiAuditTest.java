// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.vfio4j.kvm.abi.KvmIoctl;
import org.vfio4j.linux.CHeaders.Expression;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * Every constant of the ABI packages, of {@link LinuxSyscalls} and of {@link Errno} is what a C compiler makes of the
 * headers of Linux. A constant that the headers are too old for is named as not run; one that they should have by their
 * version, and do not have, fails.
 */
class UapiAuditTest {
    private static final List<String> SYSCALL_HEADERS =
            List.of("fcntl.h", "sys/mman.h", "linux/mman.h", "sys/eventfd.h", "poll.h", "signal.h");

    private static final Expression VERSION_CODE = new Expression(List.of("linux/version.h"), "LINUX_VERSION_CODE");

    @TempDir
    private static Path directory;

    @TestFactory
    Stream<DynamicNode> aConstantIsWhatTheHeadersSay() throws Exception {
        CHeaders gcc = new CHeaders(directory);
        if (!gcc.canCompile()) {
            return Stream.of(
                    dynamicTest("all", () -> abort("not run: gcc is not installed (apt-get install gcc libc6-dev)")));
        }
        copyHeaderOfTheProposal();
        Map<String, Map<Expression, Optional<Long>>> inC = new HashMap<>();
        for (String architecture : List.of("", "amd64", "aarch64")) {
            if (gcc.hasHeadersOf(architecture)) {
                inC.put(architecture, gcc.evaluate(architecture, expressions(architecture)));
            }
        }
        KernelAges ages = KernelAges.load();
        return constants()
                .collect(Collectors.groupingBy(UapiConstant::owner, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(owner -> dynamicContainer(
                        owner.getKey(),
                        owner.getValue().stream()
                                .map(constant -> test(constant, inC.get(constant.architecture()), ages))));
    }

    @Test
    void everyClassOfTheAbiPackagesSaysWhichHeaderItComesFrom() {
        assertThat(Stream.of(VfioIoctl.class, KvmIoctl.class).flatMap(UapiConstant::classesOfPackage))
                .hasSizeGreaterThan(50)
                .allMatch(type -> type.isAnnotationPresent(Uapi.class));
    }

    @Test
    void everyNameWithAnAgeIsOneOfOurs() {
        Set<String> ours =
                constants().flatMap(constant -> constant.youngestOf().stream()).collect(Collectors.toSet());
        assertThat(ours).containsAll(KernelAges.load().names());
    }

    private static DynamicTest test(UapiConstant constant, Map<Expression, Optional<Long>> inC, KernelAges ages) {
        String name = constant.name() + " is " + constant.inC().code();
        return dynamicTest(name, () -> {
            if (inC == null) {
                abort("not run: no headers of Linux on " + constant.architecture()
                        + " (apt-get install linux-libc-dev-arm64-cross)");
            }
            long code = inC.get(VERSION_CODE).orElseThrow();
            Version headers = Version.parse((code >> 16) + "." + (code >> 8 & 0xff));
            Optional<Integer> value = inC.get(constant.inC()).map(Long::intValue);
            Version since = ages.of(constant.youngestOf());
            if (!value.equals(Optional.of(constant.value())) && headers.compareTo(since) < 0) {
                abort("not run: <" + constant.inC().headers().get(0) + "> of this machine (Linux " + headers + ") has "
                        + value.map(v -> "another value, " + v).orElse("no such thing") + ", it came with Linux "
                        + since + ": " + constant.inC().code());
            }
            assertThat(value)
                    .as(constant.owner() + "." + constant.name() + ", in C "
                            + constant.inC().code())
                    .contains(constant.value());
        });
    }

    private static Set<Expression> expressions(String architecture) {
        Set<Expression> expressions = constants()
                .filter(constant -> constant.architecture().equals(architecture))
                .map(UapiConstant::inC)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        expressions.add(VERSION_CODE);
        return expressions;
    }

    private static Stream<UapiConstant> constants() {
        Stream<UapiConstant> errnos = Arrays.stream(Errno.values())
                .filter(errno -> errno != Errno.UNKNOWN)
                .map(errno -> new UapiConstant(
                        "Errno",
                        errno.symbol(),
                        errno.number(),
                        new Expression(List.of("errno.h"), errno.symbol()),
                        "",
                        List.of(errno.symbol())));
        return Stream.of(
                        UapiConstant.ofPackage(VfioIoctl.class),
                        UapiConstant.ofPackage(KvmIoctl.class),
                        UapiConstant.plainOf(LinuxSyscalls.class, SYSCALL_HEADERS),
                        errnos)
                .flatMap(constants -> constants);
    }

    /** The structure of the proposal is in no header of Linux: it is our own kernel module's. */
    private static void copyHeaderOfTheProposal() throws Exception {
        Files.copy(
                Path.of("..", "integration-tests", "lab", "module", "vfio_path_info.h"),
                directory.resolve("vfio_path_info.h"));
    }
}
