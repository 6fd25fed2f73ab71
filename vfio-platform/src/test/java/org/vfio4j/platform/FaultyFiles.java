// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.mockito.invocation.InvocationOnMock;
import org.vfio4j.linux.Errno;
import org.vfio4j.linux.HostFiles;

/** Files of which chosen operations fail, before they do anything. */
final class FaultyFiles {
    static final Set<String> CHANGING = Set.of("write", "create", "replace", "delete");

    private static final Set<String> SILENT = Set.of("exists", "isDirectory", "toString");

    /** An operation: the method, and the file. */
    record Call(String method, Path file) {
        boolean changes() {
            return CHANGING.contains(method);
        }
    }

    private final HostFiles real;
    private final List<Call> calls = new ArrayList<>();
    private IntPredicate fails = number -> false;
    private Errno errno;

    final HostFiles files = mock(HostFiles.class, withSettings().stubOnly().defaultAnswer(this::answer));

    FaultyFiles(HostFiles real) {
        this.real = real;
    }

    /** Counts anew from 0, and lets the operations with these numbers fail. */
    void begin(Errno with, IntPredicate failing) {
        calls.clear();
        errno = with;
        fails = failing;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The operation that was last. */
    Call last() {
        return calls.get(calls.size() - 1);
    }

    private Object answer(InvocationOnMock invocation) throws Throwable {
        String method = invocation.getMethod().getName();
        if (!SILENT.contains(method)) {
            Path file = invocation.getArgument(0);
            calls.add(new Call(method, file));
            if (fails.test(calls.size() - 1)) {
                throw failure(file);
            }
        }
        try {
            return invocation.getMethod().invoke(real, invocation.getArguments());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** What java.nio makes of an error number. */
    private IOException failure(Path file) {
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(file.toString());
            case EACCES -> new AccessDeniedException(file.toString());
            case UNKNOWN -> new IOException("in another language");
            default -> new IOException(errno.text());
        };
    }
}
