// SPDX-License-Identifier: Apache-2.0
/**
 * One suite for two worlds: what Linux's VFIO says and refuses, on the simulated board in every build, and unchanged on
 * a real kernel. A difference between the two is a defect of the simulation.
 *
 * <p>The system property {@code vfio4j.world} chooses: {@code simulation} (without it) is a {@link
 * org.vfio4j.platform.sim.SimulatedBoard} built from {@code machine.dts}, which mirrors QEMU's device tree, and of {@code
 * devices.dtsi} and {@code torture.dtsi}, which the lab adds to it; {@code machine} is the kernel that the JVM runs on,
 * which must be a lab guest: root, the lab's device tree, {@code vfio-platform.reset_required=0} and {@code
 * vfio_iommu_type1.allow_unsafe_interrupts=1} on its command line, and the module {@code vfio_devtree} with {@code
 * reset_required=0}. The suite turns noiommu mode and iommufd's unsafe interrupts on and binds the devices itself, and
 * its tests leave everything as they found it.
 *
 * <p>In a guest there is no Maven; the JUnit console runs the suite, with the test class path (the jars of the modules
 * and of the test scope, and this module's test classes) in {@code CLASSPATH}:
 *
 * <pre>{@code
 * java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dvfio4j.world=machine -cp "$CLASSPATH" \
 *     org.junit.platform.console.ConsoleLauncher execute --details=summary \
 *     --select-package=org.vfio4j.conformance --reports-dir=REPORTS
 * }</pre>
 *
 * <p>The exit code is 0 if all tests passed and 1 if one failed; REPORTS then holds {@code TEST-junit-jupiter.xml}. A test that cannot apply in a world is aborted by an assumption
 * that begins with "not run:" and says why.
 *
 * <p>Tests of errnos speak to the seam ({@link org.vfio4j.linux.LinuxSyscalls}, {@link org.vfio4j.linux.HostFiles});
 * the others to the public API. The rules are those of Linux 6.12: {@code drivers/vfio}, {@code drivers/base}.
 */
package org.vfio4j.conformance;
