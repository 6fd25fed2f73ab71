/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * VFIO_DEVICE_GET_DEVTREE_INFO: which device-tree node a VFIO region or interrupt belongs to.
 */
#ifndef _VFIO_PATH_INFO_H
#define _VFIO_PATH_INFO_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct vfio_path_info - argument of VFIO_DEVICE_GET_DEVTREE_INFO
 * @argsz: in: bytes the caller has room for; out, with ENOSPC: bytes needed
 * @flags: out: VFIO_DEVTREE_INFO_RANGES, or 0
 * @index: in: index of the region or interrupt, as for VFIO_DEVICE_GET_REGION_INFO and _IRQ_INFO
 * @type: in: VFIO_DEVTREE_INFO_TYPE_REGION or VFIO_DEVTREE_INFO_TYPE_IRQ
 * @start: out: index of the entry in "reg", "ranges", or the node's interrupts
 * @path: out: full path of the node, NUL-terminated
 *
 * Operates on a device file descriptor.
 *
 * Return: 0, or -1 with errno EFAULT (bad address), EINVAL (argsz smaller than the fixed part,
 * unknown type, index out of range), ENOSPC (no room for the path; argsz says what is needed),
 * ENOTTY (the device's driver has no such call).
 */
struct vfio_path_info {
	__u32	argsz;
	__u32	flags;
#define VFIO_DEVTREE_INFO_RANGES	(1 << 3)	/* the region is an entry of "ranges" */
	__u32	index;
	__u32	type;
#define VFIO_DEVTREE_INFO_TYPE_REGION	0
#define VFIO_DEVTREE_INFO_TYPE_IRQ	1
	__u32	start;
	__u8	path[];
};

/* _IO(VFIO_TYPE, 0xf0): far above the numbers that <linux/vfio.h> has given away. */
#define VFIO_DEVICE_GET_DEVTREE_INFO	_IO(';', 0xf0)

#endif
