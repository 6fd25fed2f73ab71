// SPDX-License-Identifier: Apache-2.0
//
// What BlockBench of the samples does, through Linux's own driver: reads or writes blocks of 4 KiB of a disk without its
// cache, one after the other, and prints how long they took. Same places, same order, same words.
//
// usage: block_io DISK SECONDS
#define _GNU_SOURCE
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, MOST_SAMPLES = 1 << 20 };

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static uint64_t next_place(uint64_t *state, uint64_t blocks, int random) {
    *state = random ? *state * 6364136223846793005ull + 1442695040888963407ull : *state + 1;
    return (random ? *state >> 33 : *state) % blocks;
}

static void transfer(int disk, int write, void *memory, uint64_t place) {
    off_t at = (off_t)place * BLOCK;
    ssize_t done = write ? pwrite(disk, memory, BLOCK, at) : pread(disk, memory, BLOCK, at);
    if (done != BLOCK) {
        error(1, errno, "%s at %llu", write ? "pwrite" : "pread", (unsigned long long)at);
    }
}

static uint32_t samples[MOST_SAMPLES];

static size_t run(int disk, uint64_t blocks, int write, int random, double seconds, void *memory) {
    size_t count = 0;
    uint64_t state = 0, end = nanoseconds() + (uint64_t)(seconds * 1e9);
    while (count < MOST_SAMPLES && nanoseconds() < end) {
        uint64_t place = next_place(&state, blocks, random);
        if (write) {
            transfer(disk, 0, memory, place);
        }
        uint64_t start = nanoseconds();
        transfer(disk, write, memory, place);
        samples[count++] = (uint32_t)(nanoseconds() - start);
    }
    return count;
}

static int by_size(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static void print(const char *name, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += samples[i];
    }
    qsort(samples, count, sizeof samples[0], by_size);
    printf("%s\t%zu\t%.0f /s\t1%% %.1f us\tmedian %.1f us\t99%% %.1f us\n", name, count, count / (sum / 1e9),
           samples[count / 100] / 1e3, samples[count / 2] / 1e3, samples[count * 99 / 100] / 1e3);
}

int main(int count, char **words) {
    if (count != 3) {
        error(2, 0, "usage: block_io DISK SECONDS");
    }
    int disk = open(words[1], O_RDWR | O_DIRECT);
    uint64_t bytes;
    if (disk < 0 || ioctl(disk, BLKGETSIZE64, &bytes) != 0) {
        error(1, errno, "%s", words[1]);
    }
    double seconds = atof(words[2]);
    void *memory = aligned_alloc(BLOCK, BLOCK);
    for (int random = 0; random < 2; random++) {
        for (int write = 0; write < 2; write++) {
            char name[64];
            snprintf(name, sizeof name, "%s %s Linux", write ? "write" : "read", random ? "random" : "sequential");
            run(disk, bytes / BLOCK, write, random, seconds, memory);
            print(name, run(disk, bytes / BLOCK, write, random, seconds, memory));
        }
    }
    return 0;
}
