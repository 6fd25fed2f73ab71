// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.vfio4j.linux.Errno;
import org.vfio4j.platform.dma.DmaStack;
import org.vfio4j.platform.host.KernelOptions.State;
import org.vfio4j.platform.host.ModuleParameter;
import org.vfio4j.platform.host.ProcessStatus;
import org.vfio4j.vfio.Step;

/** What is in the way of opening devices, whichever device it is, step by step. */
record Doors(Machine machine) {
    private static final String CONTAINER = "/dev/vfio/vfio";
    private static final String IOMMUFD = "/dev/iommu";

    /** Each way as far as the machine alone decides. */
    List<StackVerdict> verdicts() throws IOException {
        return List.of(
                new StackVerdict(DmaStack.TYPE1, container().or(this::type1)),
                new StackVerdict(DmaStack.IOMMUFD, iommufd().or(this::cdevs)),
                new StackVerdict(DmaStack.NOIOMMU, firstOf(container(), rawAccess(), noiommuMode())));
    }

    @SafeVarargs
    static Optional<Finding> firstOf(Optional<Finding>... obstacles) {
        for (Optional<Finding> obstacle : obstacles) {
            if (obstacle.isPresent()) {
                return obstacle;
            }
        }
        return Optional.empty();
    }

    static Finding obstacle(String id, String subject, String what, String why, Step step, Errno errno) {
        return Finding.of(Severity.PROBLEM, Topic.STACK, id, subject, what, why).refusing(new Refusal(step, errno));
    }

    Optional<Finding> container() {
        if (!machine.exists(CONTAINER)) {
            boolean off = machine.options().state("VFIO_CONTAINER") == State.OFF;
            return Optional.of(obstacle(
                            "container",
                            CONTAINER,
                            "is not there",
                            off ? "the kernel has no CONFIG_VFIO_CONTAINER" : "VFIO is not loaded",
                            Step.OPEN_CONTAINER,
                            Errno.ENOENT)
                    .withRemedy(off ? Remedies.build("VFIO_CONTAINER") : new Remedies(machine).load("vfio", "VFIO")));
        }
        return machine.mayOpen(CONTAINER)
                ? Optional.empty()
                : Optional.of(obstacle(
                                "permission",
                                CONTAINER,
                                "this user may not open it",
                                "usually everybody may",
                                Step.OPEN_CONTAINER,
                                Errno.EACCES)
                        .withRemedy("sudo chmod 0666 " + CONTAINER));
    }

    Optional<Finding> type1() {
        return machine.isModuleThere("vfio_iommu_type1")
                ? Optional.empty()
                : Optional.of(obstacle(
                                "type1",
                                "vfio_iommu_type1",
                                "is not loaded",
                                "a container has nothing that maps memory behind an IOMMU",
                                Step.SET_IOMMU,
                                Errno.ENODEV)
                        .withRemedy(new Remedies(machine).load("vfio_iommu_type1", "VFIO_IOMMU_TYPE1")));
    }

    Optional<Finding> iommufd() {
        if (!machine.exists(IOMMUFD)) {
            return Optional.of(obstacle(
                            "iommufd",
                            IOMMUFD,
                            "is not there",
                            "iommufd is not loaded, or the kernel has no CONFIG_IOMMUFD",
                            Step.OPEN_IOMMUFD,
                            Errno.ENOENT)
                    .withRemedy(new Remedies(machine).load("iommufd", "IOMMUFD")));
        }
        return machine.mayOpen(IOMMUFD)
                ? Optional.empty()
                : Optional.of(obstacle(
                                "permission",
                                IOMMUFD,
                                "this user may not open it",
                                "it is root's and its group's (0660) as long as no rule of udev says more",
                                Step.OPEN_IOMMUFD,
                                Errno.EACCES)
                        .withRemedy(new Remedies(machine).give("misc", "KERNEL==\"iommu\"")));
    }

    Optional<Finding> cdevs() {
        return machine.options().state("VFIO_DEVICE_CDEV") != State.OFF
                ? Optional.empty()
                : Optional.of(noCdevs("/dev/vfio/devices"));
    }

    static Finding noCdevs(String subject) {
        return obstacle(
                        "device-file",
                        subject,
                        "devices have no files of their own",
                        "the kernel has no CONFIG_VFIO_DEVICE_CDEV",
                        Step.OPEN_DEVICE,
                        Errno.ENOENT)
                .withRemedy(Remedies.build("VFIO_DEVICE_CDEV"));
    }

    /** VFIO asks for it when the group is opened, and at every step after that. */
    Optional<Finding> rawAccess() {
        return machine.process().has(ProcessStatus.CAP_SYS_RAWIO)
                ? Optional.empty()
                : Optional.of(obstacle(
                                "capability",
                                "CAP_SYS_RAWIO",
                                "this process does not have it",
                                "VFIO asks for it before it opens a device without IOMMU",
                                Step.OPEN_GROUP,
                                Errno.EPERM)
                        .withRemedy(new Remedies(machine).capability("sys_rawio")));
    }

    /** vfio_noiommu_ioctl of container.c: without the mode the backend does not offer itself. */
    Optional<Finding> noiommuMode() throws IOException {
        ModuleParameter mode = ModuleParameter.NOIOMMU_MODE;
        if (mode.isOn(machine.files())) {
            return Optional.empty();
        }
        boolean there = mode.value(machine.files()).isPresent();
        return Optional.of(obstacle(
                        "noiommu-mode",
                        mode.option(),
                        there ? "is off" : "is not there",
                        "VFIO serves devices without IOMMU only on request",
                        Step.SET_IOMMU,
                        Errno.ENODEV)
                .withRemedy(there ? new Remedies(machine).set(mode, "1") : Remedies.build("VFIO_NOIOMMU")));
    }
}
