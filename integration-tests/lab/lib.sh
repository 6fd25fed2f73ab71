# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What provision, run and shell share: where things are, and how the guest is started. To be sourced.

# Exit codes of the lab's own, chosen as timeout(1) and automake's tests have them.
# shellcheck disable=SC2034
readonly NOT_RUN=77 TIMED_OUT=124 LAB_FAILED=125

lab=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd -P "$lab/../.." && pwd)
cache_home=${XDG_CACHE_HOME:-$HOME/.cache}
cache=$cache_home/vfio4j/lab
# What the kernel writes to the serial line: everything but debugging.
loglevel=7
# What the options of run and shell say: further options for the kernel and for QEMU, the device tree, /work and /app of
# the guest, and what the PL011 is connected with instead of the console.
boot=() emulator=() tree='' work='' app='' uart=''

# Each step of provisioning is a script steps/NAME. Its product is the directory $cache/NAME-KEY, where KEY is the hash of
# the script, of its input files and of the keys of the products it is made from.
readonly steps=(source kernel module root devicetree initramfs)

step_inputs() {
    case $1 in
        kernel) echo kernel.config ;;
        module) echo module/{Makefile,Kbuild,*.[ch]} ;;
        devicetree) echo devices.dtsi torture.dtsi machine.sh ;;
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

# The caller has `usage`.
misused() {
    printf 'lab: %s\n' "$*" >&2
    usage >&2
    exit 2
}

boot_usage() {
    cat <<USAGE
  --boot OPTION      an option for the kernel, such as vfio-platform.reset_required=1; can be repeated, and the later wins
  --tree FILE        boots with the device tree FILE.dtb, or with the lab's and what FILE.dtsi adds to it
  --work DIR         the guest has DIR as /work, its working directory, and can write to it
  --app DIR          the guest has DIR as /app, where the jars of the vfio command are, instead of what ./vfio has built
  --qemu ARGUMENT    an argument for QEMU; can be repeated: --qemu -device --qemu virtio-rng-device
  --uart TARGET      connects the PL011 with TARGET, as QEMU's -serial has it; Linux's console is a PCI port then
USAGE
}

# Takes one of boot_usage's options. $1: its name, $2: its value.
take_boot_option() {
    case $1 in
        --boot) boot+=("$2") ;;
        --qemu) emulator+=("$2") ;;
        --uart) uart=$2 ;;
        --tree)
            [[ $2 == *.dtb || $2 == *.dtsi ]] || misused "--tree: $2 is neither .dtb nor .dtsi"
            [ -f "$2" ] || misused "--tree: there is no file $2"
            tree=$2
            ;;
        --work | --app)
            [ -d "$2" ] || misused "$1: $2 is not a directory"
            printf -v "${1#--}" %s "$(cd -P "$2" && pwd)"
            ;;
    esac
}

# Adds a directory that the guest has as a share. $1: its tag, $2: the directory, $3: further options.
add_share() {
    # QEMU separates with commas what belongs to one option.
    # shellcheck disable=SC2054
    qemu+=(
        -fsdev "local,id=$1,path=${2//,/,,},security_model=none${3:-}"
        -device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
    )
}

# Sets qemu to the command that boots the lab. $1: a directory to write in, with a directory `exchange`, which the guest
# has as /lab: its request and its answer. $2: what the kernel's console is connected with. The further arguments are QEMU's.
prepare_qemu() {
    local scratch=$1 target=$2 name dir
    shift 2
    command -v qemu-system-aarch64 >/dev/null || not_run "qemu-system-aarch64 is missing; run $lab/provision"
    for name in "${steps[@]}"; do
        dir=$(product "$name")
        [ -d "$dir" ] || not_run "the lab is not provisioned ($name is missing or out of date); run $lab/provision"
        # provision removes what nobody has used for long. The cache may be another user's.
        touch -c "$dir" 2>/dev/null || true
        local "$name=$dir"
    done
    if [ -z "$app" ]; then
        # Builds the command when it is out of date.
        "$project/vfio" --version >/dev/null || failed "the vfio command does not build or start; see above"
        app=$project/vfio-platform/target/launcher
    fi
    # shellcheck disable=SC2154
    case $tree in
        '') tree=$devicetree/lab.dtb ;;
        *.dtsi)
            # The line in between tells dtc what file goes on, for its messages.
            { cat "$devicetree/lab.dts" && printf '# 1 "%s"\n' "$tree" && cat "$tree"; } >"$scratch/lab.dts"
            dtc -q -I dts -O dtb -i "$(dirname "$tree")" -o "$scratch/lab.dtb" "$scratch/lab.dts" \
                || misused "--tree: $tree does not compile; dtc's words are above"
            tree=$scratch/lab.dtb
            ;;
    esac

    # The driver of the PL011 cannot be unbound (suppress_bind_attrs), so it must not start.
    local console=console=ttyAMA0 ports=(-serial "$target")
    if [ -n "$uart" ]; then
        console='console=ttyS0 initcall_blacklist=pl011_init'
        ports=(-serial "$uart" -serial "$target" -device 'pci-serial,chardev=serial1')
    fi

    # shellcheck source=machine.sh
    . "$lab/machine.sh"
    # shellcheck disable=SC2154
    qemu=(
        qemu-system-aarch64 "${machine[@]}" -kernel "$kernel/Image" -initrd "$initramfs/initramfs.gz" -dtb "$tree"
        -append "$console loglevel=$loglevel ${boot_options[*]} ${boot[*]}" "${ports[@]}" "$@" "${emulator[@]}"
    )
    # shellcheck disable=SC2154
    add_share root "$root" ,readonly=on
    add_share app "$app" ,readonly=on
    add_share lab "$scratch/exchange"
    [ -z "$work" ] || add_share work "$work"
}
