// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code vfio} command. {@link org.vfio4j.platform.cli.Main} is the door; every subcommand is a class of its own
 * that reads its input through {@link org.vfio4j.platform.cli.TreeFile} or the library and writes to a {@link
 * org.vfio4j.platform.cli.Terminal}. What the commands print for tools is documented in {@code vfio-platform/doc/json.md}.
 */
package org.vfio4j.platform.cli;
