// SPDX-License-Identifier: Apache-2.0
/** {@code vfio fwcfg}: the files of a fw_cfg device from the command line. */
package org.vfio4j.samples.fwcfg.cli;
