# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What provision, run and shell share: where things are, and how the guest is started. To be sourced.

# Exit codes of the lab's own, chosen as timeout(1) and automake's tests have them.
# shellcheck disable=SC2034
readonly NOT_RUN=77 TIMED_OUT=124 LAB_FAILED=125

lab=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd -P "$lab/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vfio4j/lab
# What the kernel writes to the serial line: everything but debugging.
loglevel=7

# Each step of provisioning is a script steps/NAME. Its product is the directory $cache/NAME-KEY, where KEY is the hash of
# the script, of its input files and of the keys of the products it is made from.
readonly steps=(source kernel module root devicetree initramfs)

step_inputs() {
    case $1 in
        kernel) echo kernel.config ;;
        module) echo module/{Makefile,Kbuild,*.[ch]} ;;
        devicetree) echo devices.dtsi machine.sh ;;
        initramfs) echo guest/* ;;
    esac
}

step_needs() {
    case $1 in
        kernel) echo source ;;
        module) echo source kernel ;;
        initramfs) echo root module ;;
    esac
}

step_key() {
    local name
    {
        # The names of the files are part of the inputs: shell patterns sort them.
        # shellcheck disable=SC2046
        (cd "$lab" && sha256sum "steps/$1" $(step_inputs "$1"))
        for name in $(step_needs "$1"); do
            step_key "$name"
        done
        # The tree is dumped by QEMU and only fits the QEMU that dumped it.
        [ "$1" != devicetree ] || qemu-system-aarch64 --version
    } | sha256sum | cut -c 1-16
}

# Prints the directory of a step's product, which may not be there yet.
product() {
    echo "$cache/$1-$(step_key "$1")"
}

# Says why the lab does not run and ends with the code for it.
not_run() {
    printf 'lab: not run: %s\n' "$*" >&2
    exit "$NOT_RUN"
}

failed() {
    printf 'lab: %s\n' "$*" >&2
    exit "$LAB_FAILED"
}

# Sets qemu to the command that boots the lab. $1: the directory which the guest has as /lab (its request and its answer).
# $2: the directory of the vfio command's jars; if empty, what ./vfio builds. The further arguments are QEMU's.
prepare_qemu() {
    local exchange=$1 app=$2 name dir
    shift 2
    command -v qemu-system-aarch64 >/dev/null || not_run "qemu-system-aarch64 is missing; run $lab/provision"
    for name in "${steps[@]}"; do
        dir=$(product "$name")
        [ -d "$dir" ] || not_run "the lab is not provisioned ($name is missing or out of date); run $lab/provision"
        local "$name=$dir"
    done
    if [ -z "$app" ]; then
        # Builds the command when it is out of date.
        "$project/vfio" --version >/dev/null || failed "the vfio command does not build or start; see above"
        app=$project/vfio-platform/target/launcher
    fi

    # shellcheck source=machine.sh
    . "$lab/machine.sh"
    # QEMU separates with commas what belongs to one option.
    # shellcheck disable=SC2054,SC2154
    qemu=(
        qemu-system-aarch64 "${machine[@]}"
        -kernel "$kernel/Image" -initrd "$initramfs/initramfs.gz" -dtb "$devicetree/lab.dtb"
        -append "console=ttyAMA0 loglevel=$loglevel ${boot_options[*]}"
        -fsdev "local,id=root,path=$root,security_model=none,readonly=on"
        -device virtio-9p-pci,fsdev=root,mount_tag=root
        -fsdev "local,id=app,path=$app,security_model=none,readonly=on"
        -device virtio-9p-pci,fsdev=app,mount_tag=app
        -fsdev "local,id=lab,path=$exchange,security_model=none"
        -device virtio-9p-pci,fsdev=lab,mount_tag=lab
        "$@"
    )
}
