// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.nio.file.Path;
import org.vfio4j.platform.register.Region;
import org.vfio4j.samples.fwcfg.TransferMemory;
import org.vfio4j.samples.fwcfg.loader.TableMemory;

/** Memory and registers of a machine of QEMU while a guest runs in it, as its CPU has them, and unknown to the guest. */
public final class HostView implements AutoCloseable {
    private final LineConnection connection;
    private final Qtest qtest;

    private HostView(LineConnection connection) {
        this.connection = connection;
        this.qtest = new Qtest(connection);
    }

    /**
     * Connects with a QEMU.
     *
     * @param socket where it waits: {@code -qtest unix:SOCKET,server=on,wait=off -qtest-log none}
     * @return the view
     * @throws IOException if it does not
     */
    public static HostView connect(Path socket) throws IOException {
        return new HostView(LineConnection.connect(socket));
    }

    /**
     * The registers at some addresses.
     *
     * @param name of the device
     * @param base guest-physical address
     * @param size bytes
     * @return the registers, which nobody in the guest should use meanwhile
     * @throws IOException never, as they are there without being opened
     */
    public Region registers(String name, long base, long size) throws IOException {
        return qtest.region(name, Qtest.Space.MEMORY, base, size);
    }

    /**
     * Memory for transfers of the host's own.
     *
     * @param address guest-physical address of memory that the guest does not use
     * @param size bytes
     * @return the memory
     */
    public TransferMemory transferMemory(long address, int size) {
        return new BenchMemory(qtest, address, size);
    }

    /**
     * Memory of the guest.
     *
     * @param address guest-physical address
     * @param size bytes
     * @return the memory
     */
    public TableMemory memory(long address, int size) {
        return new BenchMemory(qtest, address, size).tables();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
