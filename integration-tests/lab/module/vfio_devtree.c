// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO for platform devices, with the regions and interrupts of the device-tree nodes they consist of.
 *
 * A device that is a small bus has registers in the windows of its "ranges", and interrupts at the
 * nodes below its own. This driver exposes them next to the node's own, and tells user space by
 * VFIO_DEVICE_GET_DEVTREE_INFO which is which. All else is vfio-platform-base's.
 */
#define dev_fmt(fmt) "vfio-devtree: " fmt

#include <linux/ioport.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "vfio_path_info.h"
#include "vfio_platform_private.h"

static bool reset_required = true;
module_param(reset_required, bool, 0444);
MODULE_PARM_DESC(reset_required, "refuse devices that have no reset function (default: Y)");

/**
 * struct devtree_entry - a region or an interrupt, and where it is in the tree
 * @node: the node, with a reference
 * @start: index of the entry in the node's property
 * @flags: VFIO_DEVTREE_INFO_*
 * @res: what a region is, in CPU addresses
 * @irq: what an interrupt is, Linux's number
 */
struct devtree_entry {
	struct device_node *node;
	u32 start;
	u32 flags;
	union {
		struct resource res;
		int irq;
	};
};

struct devtree_list {
	struct devtree_entry *entries;
	u32 nr;
};

/* The lists are made before the device is registered, and do not change. */
struct devtree_device {
	struct vfio_platform_device platform;
	struct devtree_list lists[2];	/* by VFIO_DEVTREE_INFO_TYPE_* */
};

static struct devtree_device *to_devtree(struct vfio_device *vdev)
{
	return container_of(vdev, struct devtree_device, platform.vdev);
}

static struct devtree_entry *devtree_add(struct devtree_list *list, struct device_node *np,
					 u32 start, u32 flags)
{
	struct devtree_entry *entries, *entry;

	entries = krealloc_array(list->entries, list->nr + 1, sizeof(*entries), GFP_KERNEL);
	if (!entries)
		return NULL;
	list->entries = entries;
	entry = &entries[list->nr++];
	*entry = (struct devtree_entry) { .node = of_node_get(np), .start = start, .flags = flags };
	return entry;
}

static void devtree_free(struct devtree_device *ddev)
{
	struct devtree_list *list;

	for (list = ddev->lists; list < ddev->lists + ARRAY_SIZE(ddev->lists); list++) {
		while (list->nr)
			of_node_put(list->entries[--list->nr].node);
		kfree(list->entries);
		list->entries = NULL;
	}
}

/* Makes a resource of a translated address; false if there is none. */
static bool devtree_resource(struct resource *res, u64 addr, u64 size, unsigned long type)
{
	if (addr == OF_BAD_ADDR || (size && addr + size - 1 < addr))
		return false;
	*res = (struct resource) { .start = addr, .end = addr + size - 1, .flags = type };
	return true;
}

/*
 * Finds the first entry of "reg", from *index on, that has an address for the CPU. Entries of I/O
 * ports have none, only a number that Linux made up.
 */
static bool devtree_next_reg(struct device_node *np, int *index, struct resource *res)
{
	unsigned int flags;
	const __be32 *addr;
	u64 size;

	for (; (addr = of_get_address(np, *index, &size, &flags)); ++*index) {
		if ((flags & IORESOURCE_MEM) &&
		    devtree_resource(res, of_translate_address(np, addr), size, IORESOURCE_MEM))
			return true;
	}
	return false;
}

/* Device trees of some devices that are a bus repeat an entry of "reg" as a window: one region. */
static bool devtree_is_reg(struct device_node *np, const struct resource *window)
{
	struct resource reg;
	int i;

	for (i = 0; devtree_next_reg(np, &i, &reg); i++) {
		if (reg.start == window->start && reg.end == window->end &&
		    reg.flags == window->flags)
			return true;
	}
	return false;
}

static int devtree_add_reg(struct devtree_list *regions, struct device_node *np)
{
	struct devtree_entry *entry;
	struct resource res;
	int i;

	for (i = 0; devtree_next_reg(np, &i, &res); i++) {
		entry = devtree_add(regions, np, i, 0);
		if (!entry)
			return -ENOMEM;
		entry->res = res;
	}
	return 0;
}

static int devtree_add_windows(struct devtree_list *regions, struct device_node *np)
{
	struct of_range_parser all, one;
	struct devtree_entry *entry;
	struct of_range range;
	struct resource res;
	unsigned long type;
	int cells, i;

	if (of_range_parser_init(&all, np))
		return 0;
	/* The parser trusts the tree; an address on the bus without a cell, it cannot read. */
	if (all.na < 1 || all.na > 4 || all.pna < 0 || all.pna > 4 || all.ns < 0 || all.ns > 4)
		return 0;
	cells = all.na + all.pna + all.ns;
	for (i = 0; all.range + cells <= all.end; i++, all.range += cells) {
		/* Left alone, the parser joins entries that follow each other without a gap. */
		one = all;
		one.end = all.range + cells;
		if (!of_pci_range_parser_one(&one, &range))
			break;
		if (range.flags & IORESOURCE_MEM)
			type = IORESOURCE_MEM;
		else if (range.flags & IORESOURCE_IO)
			type = IORESOURCE_IO;	/* its CPU address, and no access by vfio-platform-base */
		else
			continue;
		if (!devtree_resource(&res, range.cpu_addr, range.size, type) ||
		    devtree_is_reg(np, &res))
			continue;
		entry = devtree_add(regions, np, i, VFIO_DEVTREE_INFO_RANGES);
		if (!entry)
			return -ENOMEM;
		entry->res = res;
	}
	return 0;
}

/* A node's interrupts end at the first that does not resolve, as in platform_get_irq(). */
static int devtree_add_irqs(struct devtree_device *ddev, struct device_node *np)
{
	struct devtree_entry *entry;
	int i, irq;

	for (i = 0; (irq = of_irq_get(np, i)) > 0; i++) {
		entry = devtree_add(&ddev->lists[VFIO_DEVTREE_INFO_TYPE_IRQ], np, i, 0);
		if (!entry)
			return -ENOMEM;
		entry->irq = irq;
	}
	/* The controller may come later; until then the indices after this one are not known. */
	if (irq == -EPROBE_DEFER)
		return dev_err_probe(ddev->platform.vdev.dev, irq,
				     "interrupt %d of %pOF: its controller has no driver\n", i, np);
	return 0;
}

/* The node after @np, depth first in the order of the tree, below @top. Puts @np, gets the next. */
static struct device_node *devtree_next_below(struct device_node *top, struct device_node *np)
{
	struct device_node *next = of_get_next_child(np, NULL);

	while (!next && np != top) {
		struct device_node *parent = of_get_parent(np);

		next = of_get_next_child(parent, np);	/* puts np */
		np = parent;
	}
	of_node_put(np);
	return next;
}

static int devtree_add_irqs_below(struct devtree_device *ddev, struct device_node *top)
{
	struct device_node *np = of_node_get(top);
	int ret;

	while ((np = devtree_next_below(top, np))) {
		if (of_node_check_flag(np, OF_POPULATED)) {
			dev_err(ddev->platform.vdev.dev,
				"%pOF is a device of its own: user space cannot have both\n", np);
			ret = -EBUSY;
		} else {
			ret = devtree_add_irqs(ddev, np);
		}
		if (ret) {
			of_node_put(np);
			return ret;
		}
	}
	return 0;
}

static int devtree_discover(struct devtree_device *ddev, struct device_node *np)
{
	struct devtree_list *regions = &ddev->lists[VFIO_DEVTREE_INFO_TYPE_REGION];

	return devtree_add_windows(regions, np) ?:
	       devtree_add_reg(regions, np) ?:
	       devtree_add_irqs_below(ddev, np) ?:
	       devtree_add_irqs(ddev, np);
}

static struct devtree_entry *devtree_entry(struct devtree_device *ddev, u32 type, u32 index)
{
	struct devtree_list *list;

	if (type >= ARRAY_SIZE(ddev->lists))
		return NULL;
	list = &ddev->lists[array_index_nospec(type, ARRAY_SIZE(ddev->lists))];
	if (index >= list->nr)
		return NULL;
	return &list->entries[array_index_nospec(index, list->nr)];
}

static struct resource *devtree_get_resource(struct vfio_platform_device *vdev, int i)
{
	struct devtree_entry *entry;

	entry = devtree_entry(to_devtree(&vdev->vdev), VFIO_DEVTREE_INFO_TYPE_REGION, i);
	return entry ? &entry->res : NULL;
}

static int devtree_get_irq(struct vfio_platform_device *vdev, int i)
{
	struct devtree_entry *entry;

	entry = devtree_entry(to_devtree(&vdev->vdev), VFIO_DEVTREE_INFO_TYPE_IRQ, i);
	return entry ? entry->irq : -ENXIO;
}

static long devtree_get_info(struct devtree_device *ddev, struct vfio_path_info __user *arg)
{
	const u32 minsz = offsetofend(struct vfio_path_info, start);
	struct vfio_path_info info;
	struct devtree_entry *entry;
	long ret = 0;
	u32 length;
	char *path;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	entry = devtree_entry(ddev, info.type, info.index);
	if (!entry)
		return -EINVAL;

	path = kasprintf(GFP_KERNEL_ACCOUNT, "%pOF", entry->node);
	if (!path)
		return -ENOMEM;
	length = strlen(path) + 1;
	if (info.argsz - minsz < length) {
		info.argsz = minsz + length;
		ret = -ENOSPC;
	} else {
		info.flags = entry->flags;
		info.start = entry->start;
		if (copy_to_user(arg->path, path, length))
			ret = -EFAULT;
	}
	if (ret != -EFAULT && copy_to_user(arg, &info, minsz))
		ret = -EFAULT;
	kfree(path);
	return ret;
}

static long devtree_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	if (cmd == VFIO_DEVICE_GET_DEVTREE_INFO)
		return devtree_get_info(to_devtree(vdev), (void __user *)arg);
	return vfio_platform_ioctl(vdev, cmd, arg);
}

static int devtree_init(struct vfio_device *vdev)
{
	struct platform_device *pdev = to_platform_device(vdev->dev);
	struct devtree_device *ddev = to_devtree(vdev);
	int ret;

	if (!vdev->dev->of_node)
		return dev_err_probe(vdev->dev, -EINVAL, "no device-tree node\n");
	ret = devtree_discover(ddev, vdev->dev->of_node);
	if (ret)
		goto err;

	ddev->platform.opaque = pdev;
	ddev->platform.name = pdev->name;
	ddev->platform.flags = VFIO_DEVICE_FLAGS_PLATFORM;
	ddev->platform.get_resource = devtree_get_resource;
	ddev->platform.get_irq = devtree_get_irq;
	ddev->platform.reset_required = reset_required;
	ret = vfio_platform_init_common(&ddev->platform);
	if (ret)
		goto err;
	return 0;

err:
	devtree_free(ddev);	/* there is no release after a failed init */
	return ret;
}

static void devtree_release(struct vfio_device *vdev)
{
	struct devtree_device *ddev = to_devtree(vdev);

	vfio_platform_release_common(&ddev->platform);
	devtree_free(ddev);
}

static const struct vfio_device_ops devtree_ops = {
	.name		= "vfio-devtree",
	.init		= devtree_init,
	.release	= devtree_release,
	.open_device	= vfio_platform_open_device,
	.close_device	= vfio_platform_close_device,
	.ioctl		= devtree_ioctl,
	.read		= vfio_platform_read,
	.write		= vfio_platform_write,
	.mmap		= vfio_platform_mmap,
	.bind_iommufd	= vfio_iommufd_physical_bind,
	.unbind_iommufd	= vfio_iommufd_physical_unbind,
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,
	.detach_ioas	= vfio_iommufd_physical_detach_ioas,
};

static int devtree_probe(struct platform_device *pdev)
{
	struct devtree_device *ddev;
	int ret;

	ddev = vfio_alloc_device(devtree_device, platform.vdev, &pdev->dev, &devtree_ops);
	if (IS_ERR(ddev))
		return PTR_ERR(ddev);
	platform_set_drvdata(pdev, ddev);
	/* Before the device can be opened, which resumes it. */
	pm_runtime_enable(&pdev->dev);
	ret = vfio_register_group_dev(&ddev->platform.vdev);
	if (ret) {
		pm_runtime_disable(&pdev->dev);
		vfio_put_device(&ddev->platform.vdev);
	}
	return ret;
}

static void devtree_remove(struct platform_device *pdev)
{
	struct devtree_device *ddev = platform_get_drvdata(pdev);

	vfio_unregister_group_dev(&ddev->platform.vdev);	/* waits until nobody has it open */
	pm_runtime_disable(&pdev->dev);
	vfio_put_device(&ddev->platform.vdev);
}

static struct platform_driver devtree_driver = {
	.probe			= devtree_probe,
	.remove_new		= devtree_remove,
	.driver.name		= "vfio-devtree",
	.driver_managed_dma	= true,
};
module_platform_driver(devtree_driver);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The vfio4j authors");
MODULE_DESCRIPTION("VFIO for platform devices with VFIO_DEVICE_GET_DEVTREE_INFO");
