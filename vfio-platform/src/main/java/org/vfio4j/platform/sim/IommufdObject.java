// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.sim;

/** Something with an id in an iommufd (struct iommufd_object). It cannot be destroyed while others use it. */
abstract class IommufdObject {
    private int id;
    private int users;

    final int id() {
        return id;
    }

    final void setId(int value) {
        id = value;
    }

    final void use() {
        users++;
    }

    final void unuse() {
        users--;
    }

    final boolean isUsed() {
        return users > 0;
    }

    /** It is gone from the table, and lets go of what it has. */
    abstract void destroyed();
}
