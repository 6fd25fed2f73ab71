// SPDX-License-Identifier: Apache-2.0
/** Small drivers and programs to learn from, one package each. {@code samples/run} starts them. */
package org.vfio4j.samples;
