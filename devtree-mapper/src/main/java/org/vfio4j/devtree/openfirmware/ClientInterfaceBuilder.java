// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.MemoryReservation;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RegEntry;
import org.vfio4j.devtree.address.Translation.Translated;
import org.vfio4j.devtree.mapper.DeviceMapping;

/**
 * Sets up a {@link ClientInterface}. Paths are device paths as clients give them; one that leads to no node is an {@link
 * IllegalArgumentException}. A builder makes one client interface.
 */
public final class ClientInterfaceBuilder {
    final FirmwareTree tree;
    final GuestMemory memory;
    final Map<Node, InstanceOpener> devices = new HashMap<>();
    final Map<Node, Map<String, PackageMethod>> methods = new HashMap<>();
    final Map<String, String> standardInstances = new LinkedHashMap<>();
    SetPropertyPolicy policy = SetPropertyPolicy.LINUX;
    FirmwarePlatform platform = new FirmwarePlatform() {};
    private final ClaimedMemory claims;
    private boolean built;

    ClientInterfaceBuilder(DeviceTree input, GuestMemory memory) {
        this.tree = new FirmwareTree(input);
        this.memory = memory;
        this.claims = new ClaimedMemory(NodeMemory.of(tree.base()));
        for (MemoryReservation reservation : input.memoryReservations()) {
            claims.reserve(reservation.address(), reservation.size());
        }
        tree.base().root().child("reserved-memory").ifPresent(this::reserveChildren);
    }

    private void reserveChildren(Node reservedMemory) {
        for (Node area : reservedMemory.children()) {
            for (RegEntry entry : Addresses.reg(area)) {
                if (entry.translation() instanceof Translated translated) {
                    claims.reserve(translated.address(), entry.size());
                }
            }
        }
    }

    /**
     * Takes memory away from the client's {@code claim}: the firmware itself, the loaded client, its stack. Memory
     * reservations and {@code /reserved-memory} of the tree are taken already.
     *
     * @param address physical address, unsigned
     * @param size bytes, unsigned
     * @return this
     */
    public ClientInterfaceBuilder reserve(long address, long size) {
        claims.reserve(address, size);
        return this;
    }

    /**
     * Sets which properties the client may set; {@link SetPropertyPolicy#LINUX} if this is not called.
     *
     * @param newPolicy the policy
     * @return this
     */
    public ClientInterfaceBuilder policy(SetPropertyPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    /**
     * Sets what {@code exit}, {@code boot} and the like do.
     *
     * @param newPlatform the machine
     * @return this
     */
    public ClientInterfaceBuilder platform(FirmwarePlatform newPlatform) {
        platform = newPlatform;
        return this;
    }

    /**
     * Changes or adds a property before the client starts.
     *
     * @param path the node
     * @param name the property
     * @param value its value, copied
     * @return this
     * @throws IllegalArgumentException also if the name is one that {@link SetPropertyPolicy#isProtected} has
     */
    public ClientInterfaceBuilder property(String path, String name, byte... value) {
        tree.set(path, name, value);
        return this;
    }

    /**
     * Publishes what a VFIO device exposes, as {@link MappingProperties} of the nodes it comes from.
     *
     * @param mapping the device's mapping, made from the same tree
     * @return this
     * @throws IllegalArgumentException also if another device was published for one of its nodes
     */
    public ClientInterfaceBuilder mapping(DeviceMapping mapping) {
        MappingProperties.of(mapping).forEach((path, properties) -> {
            if (tree.properties(node(path)).get(MappingProperties.DEVICE) != null) {
                throw new IllegalArgumentException("expected one device for each node, found two for " + path);
            }
            properties.forEach((name, value) -> property(path, name, value));
        });
        return this;
    }

    /**
     * Gives a node a device that reads, writes and seeks.
     *
     * @param path the node
     * @param device opens it
     * @return this
     */
    public ClientInterfaceBuilder device(String path, InstanceOpener device) {
        devices.put(node(path), device);
        return this;
    }

    /**
     * Gives a node a method for {@code call-method}.
     *
     * @param path the node
     * @param name the method
     * @param method what it does
     * @return this
     */
    public ClientInterfaceBuilder method(String path, String name, PackageMethod method) {
        methods.computeIfAbsent(node(path), n -> new HashMap<>()).put(name, method);
        return this;
    }

    /**
     * Opens a node for the client's output: {@code stdout} of {@code /chosen}.
     *
     * @param path the node
     * @return this
     */
    public ClientInterfaceBuilder stdout(String path) {
        node(path);
        standardInstances.put("stdout", path);
        return this;
    }

    /**
     * Opens a node for the client's input: {@code stdin} of {@code /chosen}.
     *
     * @param path the node
     * @return this
     */
    public ClientInterfaceBuilder stdin(String path) {
        node(path);
        standardInstances.put("stdin", path);
        return this;
    }

    /** {@return the client interface} */
    public ClientInterface build() {
        if (built) {
            throw new IllegalStateException("this builder has made its client interface");
        }
        built = true;
        return new ClientInterface(this);
    }

    ClaimedMemory claims() {
        return claims;
    }

    private Node node(String path) {
        return tree.require(path);
    }
}
