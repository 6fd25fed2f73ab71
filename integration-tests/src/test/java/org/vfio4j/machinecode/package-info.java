// SPDX-License-Identifier: Apache-2.0
/** Looks at the machine code that a JVM makes of register accesses, on the host's processor and on the lab's. */
package org.vfio4j.machinecode;
