// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.vfio.abi;

import org.vfio4j.linux.Uapi;

/** {@code struct vfio_device_attach_iommufd_pt}. Linux 6.6; the PASID came with 6.15. */
@Uapi(header = "linux/vfio.h", struct = "vfio_device_attach_iommufd_pt", minimumEndsWith = "pt_id")
public final class DeviceAttachIommufdPtLayout {
    /** Bytes. */
    public static final int SIZE = 16;

    /** Without the PASID, as up to Linux 6.14. */
    public static final int MINIMUM_SIZE = 12;

    /** u32: bytes. */
    public static final int ARGSZ = 0;

    /** u32: {@code VFIO_DEVICE_ATTACH_PASID}. */
    public static final int FLAGS = 4;

    /** u32: in, the id of an IOAS or page table; out, of the page table in use. */
    public static final int PT_ID = 8;

    /** u32: the PASID. */
    public static final int PASID = 12;

    private DeviceAttachIommufdPtLayout() {}
}
