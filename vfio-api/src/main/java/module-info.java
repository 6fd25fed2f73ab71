// SPDX-License-Identifier: Apache-2.0
/** The door to the kernel: system calls, ABI layouts, and one object per VFIO kernel object. */
@SuppressWarnings("requires-automatic") // jnr-posix and jffi have no module descriptors.
module org.vfio4j.api {
    requires com.sun.jna;
    requires org.jnrproject.jffi;
    requires org.jnrproject.posix;
    // Of jnr-ffi, which cannot say so itself: without them they are not loaded from a module path.
    requires org.objectweb.asm;
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;

    exports org.vfio4j.kvm;
    exports org.vfio4j.kvm.abi;
    exports org.vfio4j.linux;
    exports org.vfio4j.vfio;
    exports org.vfio4j.vfio.abi;

    uses org.vfio4j.linux.LinuxSyscalls;

    provides org.vfio4j.linux.LinuxSyscalls with
            org.vfio4j.linux.internal.NativeLinux;
}
