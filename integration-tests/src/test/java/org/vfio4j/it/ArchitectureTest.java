// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** What each part may know: a dependency points from the platform to the API and to the trees, never back. */
@AnalyzeClasses(packages = "org.vfio4j", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyTheInternalPackageTouchesNativeLibraries = noClasses()
            .that()
            .resideOutsideOfPackage("org.vfio4j.linux.internal")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.sun.jna..", "jnr..", "com.kenai..");

    @ArchTest
    static final ArchRule nobodyTouchesInternalsOfTheJdk =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("sun..", "jdk.internal..");

    @ArchTest
    static final ArchRule deviceTreesKnowNothingButJava = classes()
            .that()
            .resideInAPackage("org.vfio4j.devtree..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.vfio4j.devtree..");

    @ArchTest
    static final ArchRule theApiKnowsNoDeviceTreeAndNoPlatform = noClasses()
            .that()
            .resideInAnyPackage("org.vfio4j.linux..", "org.vfio4j.vfio..", "org.vfio4j.kvm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.vfio4j.devtree..", "org.vfio4j.platform..");

    @ArchTest
    static final ArchRule onlyCommandLinesKnowTheirLibraries = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.vfio4j.platform.cli..", "org.vfio4j.samples..cli..", "org.vfio4j.samples.vmm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "com.grack..");

    @ArchTest
    static final ArchRule theLibraryDoesNotKnowItsSimulationOrItsCommandLine = noClasses()
            .that()
            .resideInAPackage("org.vfio4j.platform")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.vfio4j.platform.sim..", "org.vfio4j.platform.cli..");

    @ArchTest
    static final ArchRule noCycleBetweenPackages =
            slices().assignedFrom(packagesWithTheirInternals()).should().beFreeOfCycles();

    /** A package and its internal one count as one: the internal one is only there not to be exported. */
    private static SliceAssignment packagesWithTheirInternals() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName().replaceFirst("\\.internal$", ""));
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }
}
