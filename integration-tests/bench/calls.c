// SPDX-License-Identifier: Apache-2.0
// What single calls cost in C, beside the benchmarks of the same names in org.vfio4j.bench.
//
// usage: calls SECONDS
// Prints a line for each sample: the name of the figure and nanoseconds for one call. A second thread sleeps all the
// time: a JVM always has several, and Linux is faster where there is one (it need not count users of a descriptor).
//
// To add a figure: a function that makes the call n times, a row in main, and a bound in bench/run.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES = 40, OFFSET = 0x10 };

static volatile uint32_t *mapped;
static int file;
static int event;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static void *sleep_for_ever(void *unused)
{
    while (unused == NULL) {
        pause();
    }
    return NULL;
}

static void mapped_read32(long n)
{
    for (long i = 0; i < n; i++) {
        (void)mapped[OFFSET / 4];
    }
}

static void mapped_write32(long n)
{
    for (long i = 0; i < n; i++) {
        mapped[OFFSET / 4] = 5;
    }
}

static void trapped_read32(long n)
{
    uint32_t value;
    for (long i = 0; i < n; i++) {
        if (pread(file, &value, sizeof value, OFFSET) != sizeof value) {
            fail("pread");
        }
    }
}

static void one_ioctl(long n)
{
    int left;
    for (long i = 0; i < n; i++) {
        if (ioctl(file, FIONREAD, &left) != 0) {
            fail("ioctl");
        }
    }
}

static void signal_event(void)
{
    uint64_t one = 1;
    if (write(event, &one, sizeof one) != sizeof one) {
        fail("write");
    }
}

static void take_event(void)
{
    uint64_t count;
    if (read(event, &count, sizeof count) != sizeof count) {
        fail("read");
    }
}

static void signal_and_wait(long n)
{
    for (long i = 0; i < n; i++) {
        signal_event();
        take_event();
    }
}

static void signal_and_poll(long n)
{
    struct pollfd waited = {event, POLLIN, 0};
    for (long i = 0; i < n; i++) {
        signal_event();
        if (poll(&waited, 1, -1) != 1) {
            fail("poll");
        }
        take_event();
    }
}

// Not inlined, as in a library: what does not change is set each time.
__attribute__((noinline)) static void map_dma(uint64_t iova, uint64_t address, uint64_t length, uint32_t flags)
{
    struct vfio_iommu_type1_dma_map map = {sizeof map, flags, address, iova, length};
    if (ioctl(file, FIONBIO, &map) != 0) {
        fail("map");
    }
}

__attribute__((noinline)) static uint64_t unmap_dma(uint64_t iova, uint64_t length)
{
    struct vfio_iommu_type1_dma_unmap unmap = {sizeof unmap, 0, iova, length};
    if (ioctl(file, FIONBIO, &unmap) != 0) {
        fail("unmap");
    }
    return unmap.size;
}

static void map_and_unmap(long n)
{
    for (long i = 0; i < n; i++) {
        map_dma(0x100000, 0x7f0000000000, 0x1000, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
        if (unmap_dma(0x100000, 0x1000) != 0x1000) {
            fail("unmapped");
        }
    }
}

#ifdef __x86_64__
static int vcpu;
static struct kvm_run *run;

// The guest of KvmBenchmark: mov ax, 0x9000; mov ds, ax; again: mov eax, [0x10]; jmp again.
static const uint8_t program[] = {0xb8, 0, 0x90, 0x8e, 0xd8, 0x66, 0xa1, 0x10, 0, 0xeb, 0xfa};

static void kvm_trapped_read32(long n)
{
    for (long i = 0; i < n; i++) {
        if (ioctl(vcpu, KVM_RUN, 0) != 0) {
            if (errno != EINTR) {
                fail("KVM_RUN");
            }
            i--;
            continue;
        }
        if (run->exit_reason != KVM_EXIT_MMIO || run->mmio.is_write || run->mmio.phys_addr - 0x90000 >= 0x80) {
            fail("exit");
        }
        if (pread(file, run->mmio.data, run->mmio.len, (off_t)(run->mmio.phys_addr - 0x90000)) != run->mmio.len) {
            fail("pread");
        }
    }
}

// Whether KVM is there; makes the guest.
static int kvm_guest(void)
{
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) {
        return 0;
    }
    int vm = ioctl(kvm, KVM_CREATE_VM, 0);
    uint8_t *memory = mmap(NULL, 0x1000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int shared = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    if (vm < 0 || memory == MAP_FAILED || shared < 0) {
        fail("KVM_CREATE_VM");
    }
    memcpy(memory, program, sizeof program);
    struct kvm_userspace_memory_region slot = {0, 0, 0x1000, 0x1000, (uintptr_t)memory};
    vcpu = ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot) == 0 ? ioctl(vm, KVM_CREATE_VCPU, 0) : -1;
    if (vcpu < 0) {
        fail("KVM_CREATE_VCPU");
    }
    run = mmap(NULL, (size_t)shared, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    struct kvm_sregs special;
    if (run == MAP_FAILED || ioctl(vcpu, KVM_GET_SREGS, &special) != 0) {
        fail("KVM_GET_SREGS");
    }
    special.cs.base = 0;
    special.cs.selector = 0;
    struct kvm_regs registers = {.rip = 0x1000, .rflags = 2};
    if (ioctl(vcpu, KVM_SET_SREGS, &special) != 0 || ioctl(vcpu, KVM_SET_REGS, &registers) != 0) {
        fail("KVM_SET_REGS");
    }
    return 1;
}
#endif

// Makes the calls for some time at once, so that reading the clock does not count.
static void figure(const char *name, void (*calls)(long), double seconds)
{
    long n = 1;
    double took = 0;
    while (took < 0.02) {
        n *= 2;
        double begin = now();
        calls(n);
        took = now() - begin;
    }
    n = (long)((double)n * seconds / SAMPLES / took) + 1;
    for (int i = 0; i < SAMPLES; i++) {
        double begin = now();
        calls(n);
        printf("%s.ns %.4f\n", name, (now() - begin) / (double)n * 1e9);
    }
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 1;
    long page = sysconf(_SC_PAGESIZE);
    pthread_t idle;
    if (pthread_create(&idle, NULL, sleep_for_ever, NULL) != 0) {
        fail("pthread_create");
    }
    file = memfd_create("page", 0);
    if (file < 0 || ftruncate(file, page) != 0) {
        fail("memfd_create");
    }
    mapped = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) {
        fail("mmap");
    }
    event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event < 0) {
        fail("eventfd");
    }
    figure("register.mappedRead32", mapped_read32, seconds);
    figure("register.mappedWrite32", mapped_write32, seconds);
    figure("register.trappedRead32", trapped_read32, seconds);
    figure("interrupt.ioctl", one_ioctl, seconds);
    figure("interrupt.signalAndWait", signal_and_wait, seconds);
    figure("interrupt.signalAndPoll", signal_and_poll, seconds);
    figure("dma.mapAndUnmap", map_and_unmap, seconds);
#ifdef __x86_64__
    if (kvm_guest()) {
        figure("kvm.trappedRead32", kvm_trapped_read32, seconds);
    }
#endif
    return 0;
}
