// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vfio4j.linux.HostFiles;

/** A sysfs below a directory of the test, laid out and linked like the kernel's. */
final class SysfsDirectory implements HostFiles {
    private final HostFiles files = HostFiles.ofMachine();
    private final Path root;

    SysfsDirectory(Path root) throws IOException {
        this.root = root.toRealPath();
        directory("/sys/bus/platform/devices");
        directory("/sys/firmware/devicetree/base");
        directory("/proc");
        link("/proc/device-tree", "/sys/firmware/devicetree/base");
    }

    /** A device of the platform bus with a device-tree node. */
    SysfsDirectory platformDevice(String name, String node) {
        return device("platform", name, "OF_NAME=x\nOF_FULLNAME=" + node + "\n").ofNode(name, node);
    }

    /** A device with a text of uevent. */
    SysfsDirectory device(String bus, String name, String uevent) {
        String home = "/sys/devices/platform/" + name;
        file(home + "/uevent", uevent);
        directory("/sys/bus/" + bus + "/devices");
        link("/sys/bus/" + bus + "/devices/" + name, home);
        return this;
    }

    /** The directory of a node, and the link of a device to it. */
    SysfsDirectory ofNode(String device, String directory) {
        directory("/sys/firmware/devicetree/base" + directory);
        link("/sys/devices/platform/" + device + "/of_node", "/sys/firmware/devicetree/base" + directory);
        return this;
    }

    SysfsDirectory driver(String bus, String driver) {
        directory("/sys/bus/" + bus + "/drivers/" + driver);
        return this;
    }

    SysfsDirectory bound(String device, String bus, String driver) {
        driver(bus, driver);
        link("/sys/devices/platform/" + device + "/driver", "/sys/bus/" + bus + "/drivers/" + driver);
        return this;
    }

    SysfsDirectory inGroup(String device, int group) {
        String home = "/sys/kernel/iommu_groups/" + group;
        directory(home + "/devices");
        link("/sys/devices/platform/" + device + "/iommu_group", home);
        link(home + "/devices/" + device, "/sys/devices/platform/" + device);
        return this;
    }

    SysfsDirectory file(String path, String text) {
        try {
            Files.createDirectories(under(Path.of(path)).getParent());
            Files.writeString(under(Path.of(path)), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    SysfsDirectory directory(String path) {
        try {
            Files.createDirectories(under(Path.of(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    SysfsDirectory link(String path, String target) {
        Path link = under(Path.of(path));
        try {
            Files.createSymbolicLink(link, link.getParent().relativize(under(Path.of(target))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private Path under(Path absolute) {
        return root.resolve(absolute.toString().substring(1));
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return files.read(under(file));
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        files.write(under(file), bytes);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(under(directory));
    }

    @Override
    public Path readLink(Path link) throws IOException {
        return files.readLink(under(link));
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return Path.of("/").resolve(root.relativize(files.realPath(under(path))));
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(under(path));
    }

    @Override
    public boolean isDirectory(Path path) {
        return files.isDirectory(under(path));
    }

    @Override
    public boolean isReadable(Path path) {
        return files.isReadable(under(path));
    }

    @Override
    public boolean isWritable(Path path) {
        return files.isWritable(under(path));
    }

    @Override
    public void create(Path file, byte[] bytes) throws IOException {
        files.create(under(file), bytes);
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        files.replace(under(file), bytes);
    }

    @Override
    public void delete(Path file) throws IOException {
        files.delete(under(file));
    }
}
