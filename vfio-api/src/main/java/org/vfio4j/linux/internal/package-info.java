// SPDX-License-Identifier: Apache-2.0
/** The system calls of the running machine. The only package that touches native libraries; not exported. */
package org.vfio4j.linux.internal;
