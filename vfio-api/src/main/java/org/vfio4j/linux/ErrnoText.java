// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.HashMap;
import java.util.Map;

/** Finds the error number behind an exception of java.nio. */
final class ErrnoText {
    private static final Map<String, Errno> BY_TEXT = byText();

    private ErrnoText() {}

    static Errno of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return Errno.ENOENT;
        }
        // UnixException of the JDK makes it of EACCES only.
        if (failure instanceof AccessDeniedException) {
            return Errno.EACCES;
        }
        if (failure instanceof FileAlreadyExistsException) {
            return Errno.EEXIST;
        }
        if (failure instanceof NotDirectoryException) {
            return Errno.ENOTDIR;
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return Errno.ENOTEMPTY;
        }
        if (failure instanceof NotLinkException) {
            return Errno.EINVAL;
        }
        if (failure instanceof FileSystemLoopException) {
            return Errno.ELOOP;
        }
        // The one has the file in its message, the other the kernel's text alone.
        String text = failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
        return text == null ? Errno.UNKNOWN : BY_TEXT.getOrDefault(text, Errno.UNKNOWN);
    }

    private static Map<String, Errno> byText() {
        Map<String, Errno> texts = new HashMap<>();
        for (Errno errno : Errno.values()) {
            texts.put(errno.text(), errno);
        }
        // Where strerror(3) of glibc or musl has other words than the header.
        texts.put("Input/output error", Errno.EIO);
        texts.put("Bad file descriptor", Errno.EBADF);
        texts.put("Resource temporarily unavailable", Errno.EAGAIN);
        texts.put("Cannot allocate memory", Errno.ENOMEM);
        texts.put("Resource busy", Errno.EBUSY);
        texts.put("Invalid cross-device link", Errno.EXDEV);
        texts.put("Too many open files in system", Errno.ENFILE);
        texts.put("No file descriptors available", Errno.EMFILE);
        texts.put("Inappropriate ioctl for device", Errno.ENOTTY);
        texts.put("Not a tty", Errno.ENOTTY);
        texts.put("Too many levels of symbolic links", Errno.ELOOP);
        texts.put("Symbolic link loop", Errno.ELOOP);
        texts.put("Operation not supported", Errno.EOPNOTSUPP);
        texts.put("Not supported", Errno.EOPNOTSUPP);
        texts.put("Disk quota exceeded", Errno.EDQUOT);
        texts.put("Quota exceeded", Errno.EDQUOT);
        return Map.copyOf(texts);
    }
}
