# shellcheck shell=bash disable=SC2034,SC2054
# SPDX-License-Identifier: Apache-2.0
#
# The emulated machine. To be sourced; sets machine (QEMU's arguments) and boot_options (the kernel's).

# mem=1G: Linux has the first of 63 GiB. The rest is memory that nobody owns, and it lies under the proposal's addresses
# (0xffe000000 and up), so the example devices' registers can be read and written. The host allocates what is touched.
# The two functions of PCI device 1e are what an IOMMU cannot tell apart: they share an IOMMU group.
machine=(
    -nodefaults -nographic -nic none -no-reboot
    -M virt,iommu=smmuv3,virtualization=on,gic-version=3,memory-backend=ram
    -object memory-backend-ram,id=ram,size=63G,reserve=off -m 63G
    -cpu cortex-a72 -smp 2 -accel tcg,thread=multi
    -device virtio-rng-pci,addr=1e.0,multifunction=on -device virtio-rng-pci,addr=1e.1
)

# reset_required=0: the example devices have no reset driver, without which vfio-platform refuses them.
# allow_unsafe_interrupts=1: the machine has no interrupt remapping that type1 could ask for.
# oops=panic and panic=-1: a fault of the kernel ends the run at once. (The log has it.)
boot_options=(
    mem=1G oops=panic panic=-1
    vfio-platform.reset_required=0
    vfio_iommu_type1.allow_unsafe_interrupts=1
    vfio.enable_unsafe_noiommu_mode=1
)
