// SPDX-License-Identifier: Apache-2.0
/** The door to the kernel: system calls, ABI layouts, and one object per VFIO kernel object. */
module org.vfio4j.api {
    exports org.vfio4j.kvm.abi;
    exports org.vfio4j.linux;
    exports org.vfio4j.vfio;
    exports org.vfio4j.vfio.abi;
}
