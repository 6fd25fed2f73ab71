// SPDX-License-Identifier: Apache-2.0
// What libfdt needs to check device tree blobs in full and to walk over every node and property of them.
//
// usage: fdt_walk SECONDS < LIST-OF-FILES
// Prints "fdt.read-and-walk.ms" and the time for each pass over all files, after the passes of the first second. Then
// "sum" and a number that depends on everything that was read, so that the other side can show it read the same.
#include <libfdt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct blob {
    char *path;
    void *bytes;
    size_t size;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static struct blob load(const char *path)
{
    struct blob blob = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    blob.size = (size_t)ftell(file);
    rewind(file);
    blob.bytes = malloc(blob.size);
    if (blob.bytes == NULL || fread(blob.bytes, 1, blob.size, file) != blob.size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    blob.path = strdup(path);
    return blob;
}

static uint64_t walk(const void *fdt)
{
    uint64_t sum = 0;
    int offset = 0;
    int next = 0;
    int length;
    for (;; offset = next) {
        uint32_t tag = fdt_next_tag(fdt, offset, &next);
        if (tag == FDT_END) {
            return sum;
        }
        if (tag == FDT_BEGIN_NODE) {
            if (fdt_get_name(fdt, offset, &length) != NULL) {
                sum += 1 + (uint64_t)length;
            }
        } else if (tag == FDT_PROP) {
            const struct fdt_property *property = fdt_get_property_by_offset(fdt, offset, &length);
            const char *name = fdt_get_string(fdt, (int)fdt32_to_cpu(property->nameoff), NULL);
            sum += 3 + (uint64_t)length + (unsigned char)name[0];
            if (length > 0) {
                sum += (unsigned char)property->data[0];
            }
        }
    }
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 5;
    struct blob *blobs = NULL;
    size_t count = 0;
    char path[4096];
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = 0;
        blobs = realloc(blobs, (count + 1) * sizeof *blobs);
        blobs[count++] = load(path);
    }
    uint64_t sum = 0;
    double begin = now();
    for (double t = begin; t - begin < seconds + 1; t = now()) {
        sum = 0;
        for (size_t i = 0; i < count; i++) {
            int error = fdt_check_full(blobs[i].bytes, blobs[i].size);
            if (error != 0) {
                fprintf(stderr, "%s: %s\n", blobs[i].path, fdt_strerror(error));
                return 2;
            }
            sum += walk(blobs[i].bytes);
        }
        if (t - begin >= 1) {
            printf("fdt.read-and-walk.ms %.4f\n", (now() - t) * 1e3);
        }
    }
    printf("sum %llu\n", (unsigned long long)sum);
    return 0;
}
