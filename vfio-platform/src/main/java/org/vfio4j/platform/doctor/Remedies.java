// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import org.vfio4j.platform.host.KernelOptions;
import org.vfio4j.platform.host.ModuleParameter;

/** Commands that mend what several checks find. */
record Remedies(Machine machine) {
    /** Sets an option in the source of the kernel, to build it anew. */
    static String build(String option) {
        return "scripts/config --enable " + option + " && make olddefconfig";
    }

    /** Makes a driver be there: loads its module, or says how to build it. */
    String load(String module, String option) {
        return machine.options().state(option) == KernelOptions.State.OFF
                ? build(option)
                : machine.asRoot("modprobe " + module);
    }

    /** Sets a parameter that can be written at run time. */
    String set(ModuleParameter parameter, String value) {
        return machine.write(value, parameter.path());
    }

    /** Sets a parameter that is read when the module is loaded, or for one that is built in, when Linux starts. */
    String setAtLoad(ModuleParameter parameter, String value) {
        String module = parameter.module();
        // Only modules that can be unloaded have this file (kernel/module/sysfs.c).
        boolean isLoadable = machine.exists("/sys/module/" + module + "/initstate");
        return isLoadable
                ? machine.asRoot("modprobe -r " + module) + " && "
                        + machine.asRoot("modprobe " + module + " " + parameter.name() + "=" + value)
                : bootOption(parameter.option() + "=" + value);
    }

    /** An option on the command line of the kernel. Where that is kept depends on the boot loader. */
    static String bootOption(String option) {
        return "add " + option + " to the kernel's command line";
    }

    /** A shell of this user with a capability. */
    String capability(String name) {
        return "sudo setpriv --reuid " + machine.process().userId() + " --init-groups --inh-caps +" + name
                + " --ambient-caps +" + name + " bash";
    }

    /** A rule for udev that gives device files to this user, and to nobody else but root. */
    String give(String subsystem, String match) {
        return "echo '" + match + ", OWNER=\"" + machine.process().userId()
                + "\"' | sudo tee -a /etc/udev/rules.d/70-vfio4j-" + subsystem
                + ".rules && sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=" + subsystem;
    }
}
