// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks VFIO_DEVICE_GET_DEVTREE_INFO on one device that is bound to vfio-devtree: the answers, which
 * it prints, and every error. Then fires each interrupt from software. Prints TAP.
 *
 * vfio_devtree_test [-w] [-s SECONDS] DEVICE
 *   -w  write index + 1 into the first word of each region that is memory (only where that is harmless)
 *   -s  keep the device open for so long, at the end
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/vfio.h>

#include "vfio_path_info.h"

#define FIXED offsetof(struct vfio_path_info, path)
#define CANARY 0xa5

static int tests, failures;

static void check(bool ok, const char *what, uint32_t type, uint32_t index)
{
	printf("%sok %d - %s %u: %s\n", ok ? "" : "not ", ++tests, type ? "irq" : "region", index, what);
	failures += !ok;
}

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Two pages, of which the second cannot be accessed: the last @size bytes before it. */
static void *at_edge(size_t size)
{
	static char *pages;
	long page = sysconf(_SC_PAGESIZE);

	if (!pages) {
		pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
			die("mmap");
	}
	return pages + page - size;
}

/* A request whose other bytes are canaries; the answer's errno, or 0. */
static int ask(int device, struct vfio_path_info *info, uint32_t argsz, uint32_t type, uint32_t index)
{
	info->flags = info->start = CANARY;
	info->argsz = argsz;
	info->type = type;
	info->index = index;
	return ioctl(device, VFIO_DEVICE_GET_DEVTREE_INFO, info) ? errno : 0;
}

static int ask_header(int device, uint32_t argsz, uint32_t type, uint32_t index)
{
	return ask(device, at_edge(FIXED), argsz, type, index);
}

static void check_answer(int device, uint32_t type, uint32_t index)
{
	static uint8_t buffer[8192];
	struct vfio_path_info *info = (void *)buffer;
	uint32_t needed;
	int err;

	memset(buffer, CANARY, sizeof(buffer));
	err = ask(device, info, sizeof(buffer), type, index);
	check(!err && info->argsz == sizeof(buffer) && info->path[0] == '/', "answers", type, index);
	if (err)
		return;
	printf("# %s %u: flags 0x%x start %u path %s\n", type ? "irq" : "region", index, info->flags,
	       info->start, (char *)info->path);
	needed = FIXED + strlen((char *)info->path) + 1;
	check(info->type == type && info->index == index && buffer[needed] == CANARY,
	      "writes what it says and no more", type, index);

	for (uint32_t argsz = FIXED; argsz < needed; argsz += needed - 1 - FIXED) {
		memset(buffer, CANARY, sizeof(buffer));
		err = ask(device, info, argsz, type, index);
		check(err == ENOSPC && info->argsz == needed && info->flags == CANARY &&
		      info->start == CANARY && info->path[0] == CANARY,
		      "ENOSPC and the room it needs", type, index);
	}
	check(!ask(device, at_edge(needed), needed, type, index), "is content with just that", type, index);
	check(ask(device, at_edge(needed - 1), needed, type, index) == EFAULT,
	      "EFAULT for a path into a bad page", type, index);
	for (uint32_t argsz = 0; argsz < FIXED; argsz += FIXED - 1)
		check(ask(device, info, argsz, type, index) == EINVAL, "EINVAL for a short argsz", type, index);
}

static void check_errors(int device, uint32_t type, uint32_t count)
{
	check(ask_header(device, FIXED, type, count) == EINVAL, "EINVAL past the last index", type, count);
	check(ask_header(device, FIXED, type, UINT32_MAX) == EINVAL, "EINVAL", type, UINT32_MAX);
	check(ioctl(device, VFIO_DEVICE_GET_DEVTREE_INFO, NULL) && errno == EFAULT, "EFAULT for NULL", type, 0);
	check(ioctl(device, VFIO_DEVICE_GET_DEVTREE_INFO, at_edge(FIXED - 1)) && errno == EFAULT,
	      "EFAULT for a header into a bad page", type, 0);
}

/* ACTION_TRIGGER without data fires the interrupt as the device would. */
static void check_trigger(int device, uint32_t index)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} request = { .fd = eventfd(0, EFD_NONBLOCK) };
	uint64_t count = 0;

	request.set.argsz = sizeof(request);
	request.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	request.set.index = index;
	request.set.count = 1;
	check(!ioctl(device, VFIO_DEVICE_SET_IRQS, &request), "takes an eventfd", 1, index);
	request.set.argsz = sizeof(request.set);
	request.set.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	check(!ioctl(device, VFIO_DEVICE_SET_IRQS, &request) &&
	      read(request.fd, &count, sizeof(count)) == sizeof(count) && count == 1, "fires", 1, index);
	close(request.fd);
}

static void write_mark(int device, uint32_t index)
{
	struct vfio_region_info region = { .argsz = sizeof(region), .index = index };
	uint32_t mark = index + 1, back = 0;

	if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &region))
		die("VFIO_DEVICE_GET_REGION_INFO");
	check(pwrite(device, &mark, 4, region.offset) == 4 && pread(device, &back, 4, region.offset) == 4 &&
	      back == mark, "takes a write", 0, index);
}

static int open_device(const char *name)
{
	char link[256], target[256], path[300];
	int container, group, device, number;
	bool noiommu;
	ssize_t length;

	snprintf(link, sizeof(link), "/sys/bus/platform/devices/%s/iommu_group", name);
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		die(link);
	target[length] = 0;
	number = atoi(basename(target));
	snprintf(path, sizeof(path), "/dev/vfio/noiommu-%d", number);
	noiommu = !access(path, F_OK);
	if (!noiommu)
		snprintf(path, sizeof(path), "/dev/vfio/%d", number);

	container = open("/dev/vfio/vfio", O_RDWR);
	group = open(path, O_RDWR);
	if (container < 0 || group < 0)
		die(path);
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, noiommu ? VFIO_NOIOMMU_IOMMU : VFIO_TYPE1v2_IOMMU))
		die("container");
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, name);
	if (device < 0)
		die("VFIO_GROUP_GET_DEVICE_FD");
	return device;
}

int main(int argc, char **argv)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int device, option, seconds = 0;
	bool write = false;
	uint32_t i;

	while ((option = getopt(argc, argv, "ws:")) != -1) {
		if (option == '?')
			return 2;
		if (option == 'w')
			write = true;
		else
			seconds = atoi(optarg);
	}
	if (optind != argc - 1) {
		fprintf(stderr, "usage: %s [-w] [-s SECONDS] DEVICE\n", argv[0]);
		return 2;
	}
	setlinebuf(stdout);
	printf("TAP version 13\n");
	device = open_device(argv[optind]);
	if (ioctl(device, VFIO_DEVICE_GET_INFO, &info))
		die("VFIO_DEVICE_GET_INFO");
	printf("# %s: %u regions, %u irqs\n", argv[optind], info.num_regions, info.num_irqs);

	for (i = 0; i < info.num_regions; i++)
		check_answer(device, VFIO_DEVTREE_INFO_TYPE_REGION, i);
	for (i = 0; i < info.num_irqs; i++)
		check_answer(device, VFIO_DEVTREE_INFO_TYPE_IRQ, i);
	check_errors(device, VFIO_DEVTREE_INFO_TYPE_REGION, info.num_regions);
	check_errors(device, VFIO_DEVTREE_INFO_TYPE_IRQ, info.num_irqs);
	check(ask_header(device, 4096, 2, 0) == EINVAL, "EINVAL for type 2", 0, 0);
	check(ask_header(device, 4096, UINT32_MAX, 0) == EINVAL, "EINVAL for type ~0", 0, 0);
	check(ioctl(device, _IO(VFIO_TYPE, 0xf1), at_edge(FIXED)) && errno == ENOTTY, "ENOTTY for 0xf1", 0, 0);
	for (i = 0; i < info.num_irqs; i++)
		check_trigger(device, i);
	for (i = 0; write && i < info.num_regions; i++)
		write_mark(device, i);

	printf("1..%d\n", tests);
	sleep(seconds);
	return failures != 0;
}
