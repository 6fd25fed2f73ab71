// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.kvm;

import java.util.List;

/** What has attributes: a type of device, or an object of KVM's itself. */
public sealed interface AttributeOwner permits KvmDeviceType, KvmObject {
    /** {@return its name, for messages} */
    String label();

    /** {@return the attributes that this library knows} */
    List<KvmAttribute> attributes();
}
