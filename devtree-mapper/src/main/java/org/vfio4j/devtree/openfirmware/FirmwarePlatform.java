// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

/** What a client asks of the machine. The methods that are not there refuse. */
public interface FirmwarePlatform {
    /** {@return the time that {@code milliseconds} says, from any start; the client gets the low 32 bits} */
    default long milliseconds() {
        return System.nanoTime() / 1_000_000;
    }

    /** The client program has ended ({@code exit}). The client interface is closed then. */
    default void exit() {}

    /**
     * The client enters the firmware's user interface and goes on when this returns ({@code enter}).
     *
     * @return false to refuse
     */
    default boolean enter() {
        return false;
    }

    /**
     * The client asks for a reboot ({@code boot}). If it is accepted the client interface is closed then.
     *
     * @param command device path and arguments to boot from; empty for the default
     * @return false to refuse
     */
    default boolean boot(String command) {
        return false;
    }

    /**
     * The client starts another program in its place ({@code chain}); the memory that it names is already released. The
     * client interface stays open, for that program.
     *
     * @param entry address to begin at
     * @param arguments bytes for the program
     * @return false to refuse
     */
    default boolean chain(long entry, byte[] arguments) {
        return false;
    }

    /** The client has quiesced the firmware; the tree does not change from here on. */
    default void quiesce() {}
}
