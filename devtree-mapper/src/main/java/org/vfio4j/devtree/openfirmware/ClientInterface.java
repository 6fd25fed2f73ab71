// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.vfio4j.devtree.DeviceTree;

/**
 * The entry of the Open Firmware client interface. A virtual machine monitor calls {@link #call} where its guest enters
 * the firmware, for example from a hypervisor call, with the address of the guest's array:
 *
 * <pre>{@code
 * ClientInterface firmware = ClientInterface.builder(tree, memory).stdout("serial0").build();
 * int register = firmware.call(address).code();
 * }</pre>
 *
 * <p>All that a client passes is checked: it cannot make a call throw, touch what is not its memory, or grow this
 * process without bound. Only what a {@link PackageMethod}, {@link InstanceIo} or {@link FirmwarePlatform} throws comes
 * out. Calls from several threads run one after the other.
 */
public final class ClientInterface {
    private final FirmwareTree tree;
    private final ClientMemory memory;
    private final InstanceServices instances;
    private final ClaimedMemory claims;
    private final ControlServices control;
    private final Map<String, Service> services = new HashMap<>();
    private boolean terminated;

    ClientInterface(ClientInterfaceBuilder settings) {
        tree = settings.tree;
        memory = new ClientMemory(settings.memory);
        claims = settings.claims();
        instances = new InstanceServices(tree, settings.memory, settings.devices, settings.methods);
        MemoryServices memoryServices = new MemoryServices(tree, claims);
        control = new ControlServices(tree, memory, settings.platform, memoryServices, this::terminate);
        new TreeServices(tree, memory).addTo(services);
        new PropertyServices(tree, memory, settings.policy).addTo(services);
        instances.addTo(services);
        memoryServices.addTo(services);
        control.addTo(services);
        settings.standardInstances.forEach(this::openStandard);
    }

    /**
     * A builder.
     *
     * @param tree what the client sees; {@code /chosen} is added if it has none
     * @param memory the client's memory
     * @return the builder
     */
    public static ClientInterfaceBuilder builder(DeviceTree tree, GuestMemory memory) {
        return new ClientInterfaceBuilder(tree, memory);
    }

    private void openStandard(String property, String path) {
        int handle = instances
                .open(path)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected a device that opens for " + property + ", found " + path));
        tree.set("/chosen", property, FirmwareTree.cell(handle));
    }

    /**
     * Runs one call.
     *
     * @param frame the client's physical address of its array, unsigned
     * @return what became of it
     */
    public synchronized EntryResult call(long frame) {
        if (terminated) {
            return EntryResult.TERMINATED;
        }
        CallFrame call = CallFrame.read(memory, frame).orElse(null);
        if (call == null) {
            return EntryResult.BAD_FRAME;
        }
        Service service = services.get(call.service());
        call.setReturn(0, service == null ? Service.FAILED : service.run(call));
        call.writeReturns();
        return service == null ? EntryResult.UNKNOWN_SERVICE : EntryResult.COMPLETED;
    }

    private void terminate() {
        terminated = true;
        instances.closeAll();
    }

    /**
     * A property as it is now.
     *
     * @param path a device path
     * @param name the property
     * @return a copy of its value, or empty
     * @throws IllegalArgumentException if there is no such node
     */
    public synchronized Optional<byte[]> property(String path, String name) {
        return Optional.ofNullable(tree.properties(tree.require(path)).get(name))
                .map(byte[]::clone);
    }

    /**
     * Changes or adds a property while the client runs, for example from a {@link PackageMethod}.
     *
     * @param path a device path
     * @param name the property
     * @param value its value, copied
     * @throws IllegalArgumentException if there is no such node, or the property is one that {@link
     *     SetPropertyPolicy#isProtected} has
     * @throws IllegalStateException after {@code quiesce}
     */
    public synchronized void setProperty(String path, String name, byte... value) {
        tree.set(path, name, value);
    }

    /** {@return the tree as it is now: with phandles, {@code available} and what was set} */
    public synchronized DeviceTree tree() {
        return tree.snapshot();
    }

    /** {@return the nodes whose phandle another node has too} */
    public List<DuplicatePhandle> duplicatePhandles() {
        return tree.handles().duplicates();
    }

    /**
     * The handle of a node, which is also its phandle unless it is one of {@link #duplicatePhandles()}.
     *
     * @param path a device path
     * @return the handle, or empty if there is no such node
     */
    public OptionalInt handle(String path) {
        return DevicePath.find(tree.base(), path).stream()
                .mapToInt(found -> tree.handles().of(found.node()))
                .findFirst();
    }

    /** {@return the address that the client has set by {@code set-callback}; 0 if it has set none} */
    public synchronized int callback() {
        return control.callback();
    }

    /** {@return true after {@code quiesce}: the tree does not change any more} */
    public synchronized boolean isQuiesced() {
        return tree.isFrozen();
    }

    /** {@return true after {@code exit} or an accepted {@code boot}: every further call is refused} */
    public synchronized boolean isTerminated() {
        return terminated;
    }

    /** The memory the client has claimed. */
    ClaimedMemory claims() {
        return claims;
    }
}
