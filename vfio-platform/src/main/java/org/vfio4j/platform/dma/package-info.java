// SPDX-License-Identifier: Apache-2.0
/**
 * DMA: {@link org.vfio4j.platform.dma.Dma} allocates memory that a device reaches, {@link
 * org.vfio4j.platform.dma.DmaBuffer} is such memory. It is the same whether the device was opened through its group or
 * through an iommufd. Without an IOMMU it is physical memory, for who asks for it: {@link
 * org.vfio4j.platform.dma.DmaStack#NOIOMMU} says what that means.
 */
package org.vfio4j.platform.dma;
