// SPDX-License-Identifier: Apache-2.0
/** What the objects of VFIO and of KVM are made with. Not exported. */
package org.vfio4j.vfio.internal;
