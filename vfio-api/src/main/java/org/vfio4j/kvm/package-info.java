// SPDX-License-Identifier: Apache-2.0
/**
 * KVM, one object for each object of the kernel: {@link org.vfio4j.kvm.Kvm}, {@link org.vfio4j.kvm.Vm}, {@link
 * org.vfio4j.kvm.Vcpu}. A parent that is closed closes its children first, and a vCPU that runs is stopped for it. An
 * error of the kernel is a {@link org.vfio4j.vfio.VfioException} that says what it means and what to do.
 *
 * <p>Source: {@code linux/kvm.h} and {@code Documentation/virt/kvm/api.rst} of Linux.
 */
package org.vfio4j.kvm;
