// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.vfio4j.linux.LinuxSyscalls;

/**
 * System calls of which one fails: the n-th, with an error number, and without doing anything. Only close(2) is also
 * made, as the descriptor is gone whatever close returns.
 */
final class FaultInjectingSyscalls {
    private final LinuxSyscalls target;
    private final int failing;
    private final int errno;
    private final List<String> made = new ArrayList<>();

    /** {@code failing} counts from 0; a number beyond the last call lets all succeed. */
    FaultInjectingSyscalls(LinuxSyscalls target, int failing, int errno) {
        this.target = target;
        this.failing = failing;
        this.errno = errno;
    }

    /** The names of the system calls so far. */
    List<String> made() {
        return List.copyOf(made);
    }

    LinuxSyscalls syscalls() {
        return (LinuxSyscalls) Proxy.newProxyInstance(
                LinuxSyscalls.class.getClassLoader(),
                new Class<?>[] {LinuxSyscalls.class},
                (proxy, method, arguments) -> {
                    boolean systemCall =
                            !List.of("pageSize", "memory", "addressOf").contains(method.getName());
                    boolean fails = systemCall && made.size() == failing;
                    if (systemCall) {
                        made.add(method.getName());
                    }
                    if (!fails || method.getName().equals("close")) {
                        Object result = invoke(method, arguments);
                        if (!fails) {
                            return result;
                        }
                    }
                    return method.getReturnType() == long.class ? (Object) (long) -errno : (Object) (-errno);
                });
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
