// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import java.nio.ByteBuffer;
import java.util.List;
import org.vfio4j.devtree.DeviceTree;
import org.vfio4j.devtree.openfirmware.ClientInterface;
import org.vfio4j.devtree.openfirmware.ClientInterfaceBuilder;

/**
 * The Open Firmware client interface of a guest: its device tree, served over its memory. A VMM makes one for a guest,
 * publishes the assigned devices in it, and calls it where the guest enters the firmware, which is a hypervisor call on
 * PowerPC:
 *
 * <pre>{@code
 * DeviceTree tree = guestTree.tree(); // with the assigned devices, see GuestTree
 * ClientInterface firmware = GuestFirmware.over(tree, memories).mapping(ofTheDeviceInTheGuest).build();
 * ...
 * int result = firmware.call(addressOfTheArray).code();
 * }</pre>
 *
 * <p>Nothing in it is of one architecture; no VMM for PowerPC has run with it.
 */
public final class GuestFirmware {
    private GuestFirmware() {}

    /**
     * Begins a client interface.
     *
     * @param tree the guest's device tree
     * @param memories all memory of the guest; closed after the last call
     * @return what to say of it; {@link ClientInterfaceBuilder#mapping} takes the mapping of each assigned device in this
     *     tree
     */
    public static ClientInterfaceBuilder over(DeviceTree tree, List<GuestMemory> memories) {
        return ClientInterface.builder(tree, new Banks(List.copyOf(memories)));
    }

    /** Memory of several pieces. A range may go from one into the next if nothing is between them. */
    private record Banks(List<GuestMemory> memories) implements org.vfio4j.devtree.openfirmware.GuestMemory {
        @Override
        public boolean contains(long address, int length) {
            int done = 0;
            while (done < length) {
                GuestMemory bank = at(address + done);
                if (bank == null) {
                    return false;
                }
                done += part(bank, address + done, length - done);
            }
            return true;
        }

        @Override
        public void read(long address, byte[] into) {
            requireContained(address, into.length);
            for (int done = 0; done < into.length; ) {
                GuestMemory bank = at(address + done);
                int part = part(bank, address + done, into.length - done);
                view(bank, address + done).get(into, done, part);
                done += part;
            }
        }

        @Override
        public void write(long address, byte[] from, int length) {
            requireContained(address, length);
            for (int done = 0; done < length; ) {
                GuestMemory bank = at(address + done);
                int part = part(bank, address + done, length - done);
                view(bank, address + done).put(from, done, part);
                done += part;
            }
        }

        private void requireContained(long address, int length) {
            if (!contains(address, length)) {
                throw new IndexOutOfBoundsException("expected a range of the guest's memory, got 0x"
                        + Integer.toHexString(length) + " bytes at 0x" + Long.toHexString(address));
            }
        }

        private GuestMemory at(long address) {
            for (GuestMemory memory : memories) {
                if (Long.compareUnsigned(address - memory.guestAddress(), memory.size()) < 0) {
                    return memory;
                }
            }
            return null;
        }

        private static int part(GuestMemory bank, long address, int length) {
            return (int) Math.min(length, bank.size() - (address - bank.guestAddress()));
        }

        private static ByteBuffer view(GuestMemory bank, long address) {
            return bank.bytes().position((int) (address - bank.guestAddress()));
        }
    }
}
