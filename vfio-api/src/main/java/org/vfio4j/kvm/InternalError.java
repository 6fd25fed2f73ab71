// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.List;

/**
 * Why KVM gave up.
 *
 * @param suberror {@code KVM_INTERNAL_ERROR_} in {@code linux/kvm.h}: 1 for an instruction that KVM does not emulate
 * @param data of the suberror, up to 16; for an instruction: flags, then the number of its bytes and the bytes
 */
public record InternalError(int suberror, List<Long> data) {}
