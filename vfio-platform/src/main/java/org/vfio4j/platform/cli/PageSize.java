// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A kernel's page size on the command line: in bytes, one of those that arm64 kernels have. */
final class PageSize implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        return switch (text) {
            case "4096" -> 4096;
            case "16384" -> 16384;
            case "65536" -> 65536;
            default -> throw new TypeConversionException("expected 4096, 16384 or 65536, got '" + text + "'");
        };
    }
}
