/* SPDX-License-Identifier: Apache-2.0 */
/* The structure of the proposal "VFIO for Platform Devices" (2013), which no header of Linux has. */
#include <linux/ioctl.h>
#include <linux/types.h>

struct vfio_path_info {
	__u32 argsz;
	__u32 flags;
	__u32 index;
	__u32 type;
	__u32 start;
	__u8 path[];
};

enum { VFIO_DEVTREE_INFO_TYPE_REGION, VFIO_DEVTREE_INFO_TYPE_IRQ };

#define VFIO_DEVTREE_INFO_RANGES (1 << 3)
#define VFIO_DEVICE_GET_DEVTREE_INFO _IO(';', 0xF0)
