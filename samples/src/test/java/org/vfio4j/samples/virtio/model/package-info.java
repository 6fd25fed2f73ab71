// SPDX-License-Identifier: Apache-2.0
/** The device side of virtio-mmio for tests, written from the specification and sharing no code with the driver. */
package org.vfio4j.samples.virtio.model;
