// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio;

/**
 * What an error of a step means, and what to do about it.
 *
 * @param meaning in words, without a full stop
 * @param remedy one command or setting, without a full stop
 */
record Explanation(String meaning, String remedy) {}
