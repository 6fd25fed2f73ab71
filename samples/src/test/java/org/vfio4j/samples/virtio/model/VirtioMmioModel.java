// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.samples.virtio.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.vfio4j.platform.sim.DeviceModel;
import org.vfio4j.platform.sim.DevicePort;
import org.vfio4j.samples.virtio.model.DeviceQueue.Descriptor;

/**
 * A virtio device on virtio-mmio with one queue: sections 4.2.2 (version 2) and 4.2.4 (version 1). It does requests when it
 * is notified, in the thread that notifies.
 */
public final class VirtioMmioModel implements DeviceModel {
    private static final long VERSION_1 = 1L << 32;
    private static final long ACCESS_PLATFORM = 1L << 33;
    private static final int STATUS_FEATURES_OK = 8;
    private static final int STATUS_DRIVER_OK = 4;
    private static final int STATUS_NEEDS_RESET = 64;
    private static final int USED_BUFFER = 1;
    private static final int CONFIGURATION = 2;

    private final DevicePort port;
    private final int version;
    private final boolean translated;
    private final VirtioFunction function;
    private final Deque<Integer> held = new ArrayDeque<>();
    private volatile Behaviour behaviour = Behaviour.CORRECT;
    private int queueSizeMaximum = 256;
    private DeviceQueue queue;
    private int queueSelector;
    private int deviceFeaturesWord;
    private int driverFeaturesWord;
    private long driverFeatures;
    private int guestPageSize;
    private int queueAlignment;
    private int status;
    private int resets;
    private int notifications;
    private int generation;
    private volatile int interruptStatus;

    /**
     * Makes a device.
     *
     * @param port what it is connected with
     * @param version 1 or 2
     * @param translated whether its addresses are an IOMMU's
     * @param function what it does
     */
    public VirtioMmioModel(DevicePort port, int version, boolean translated, VirtioFunction function) {
        this.port = port;
        this.version = version;
        this.translated = translated;
        this.function = function;
        resetState();
    }

    public void behave(Behaviour value) {
        behaviour = value;
    }

    public void setQueueSizeMaximum(int value) {
        queueSizeMaximum = value;
    }

    public long driverFeatures() {
        return driverFeatures;
    }

    public int status() {
        return status;
    }

    public int resets() {
        return resets;
    }

    public int notifications() {
        return notifications;
    }

    public int queueSize() {
        return queue.size;
    }

    /** Reasons for interrupts that the driver has not taken. */
    public int interruptStatus() {
        return interruptStatus;
    }

    public int held() {
        return held.size();
    }

    /** As a device that looks for requests on its own. */
    public void setNoNotify(boolean value) {
        queue.setNoNotify(value);
    }

    /** Does the requests that {@link Behaviour#HOLDS} kept, the last one first, and interrupts once. */
    public void completeHeld() {
        while (!held.isEmpty()) {
            serve(held.removeLast());
        }
        interrupt(USED_BUFFER);
    }

    /** Says that the configuration is another one. */
    public void changeConfiguration() {
        generation++;
        interrupt(CONFIGURATION);
    }

    private void resetState() {
        queue = new DeviceQueue(port, version == 2 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.nativeOrder());
        held.clear();
        status = 0;
        driverFeatures = 0;
        interruptStatus = 0;
        port.interrupt(0).lower();
    }

    private void interrupt(int reason) {
        interruptStatus |= reason;
        port.interrupt(0).raise();
    }

    @Override
    public long read(int region, long offset, int width) {
        if (offset >= 0x100) {
            return readConfig((int) offset - 0x100, width);
        }
        if (width != 4) {
            throw new AssertionError("a register was read with " + width + " bytes");
        }
        return switch ((int) offset) {
            case 0x000 -> behaviour == Behaviour.NO_MAGIC ? 0xffffffffL : 0x74726976;
            case 0x004 -> version;
            case 0x008 -> behaviour == Behaviour.NO_DEVICE ? 0 : function.deviceId();
            case 0x010 -> features() >>> 32 * deviceFeaturesWord;
            case 0x034 -> queueSelector == 0 && behaviour != Behaviour.NO_QUEUE ? queueSizeMaximum : 0;
            case 0x040 -> legacy(queue.ready ? queue.descriptors / guestPageSize : 0);
            case 0x044 -> modern(queue.ready ? 1 : 0);
            case 0x060 -> interruptStatus;
            case 0x070 -> behaviour == Behaviour.STUCK_IN_RESET && status == 0 ? 1 : status;
            case 0x0fc -> modern(generation);
            default -> throw new AssertionError("register 0x" + Long.toHexString(offset) + " cannot be read");
        };
    }

    @Override
    public void write(int region, long offset, int width, long value) {
        if (width != 4) {
            throw new AssertionError("a register was written with " + width + " bytes");
        }
        int number = (int) value;
        switch ((int) offset) {
            case 0x014 -> deviceFeaturesWord = number;
            case 0x020 -> driverFeatures |= value << 32 * driverFeaturesWord;
            case 0x024 -> driverFeaturesWord = number;
            case 0x028 -> guestPageSize = (int) legacy(number);
            case 0x030 -> queueSelector = number;
            case 0x038 -> queue.size = number;
            case 0x03c -> queueAlignment = (int) legacy(number);
            case 0x040 -> queue.placeLegacy(legacy(value * guestPageSize), queueAlignment);
            case 0x044 -> queue.ready = modern(number) == 1;
            case 0x050 -> notified(number);
            case 0x064 -> acknowledge(number);
            case 0x070 -> setStatus(number);
            case 0x080 -> queue.descriptors = low(queue.descriptors, value);
            case 0x084 -> queue.descriptors = high(queue.descriptors, value);
            case 0x090 -> queue.available = low(queue.available, value);
            case 0x094 -> queue.available = high(queue.available, value);
            case 0x0a0 -> queue.used = low(queue.used, value);
            case 0x0a4 -> queue.used = high(queue.used, value);
            default -> throw new AssertionError("register 0x" + Long.toHexString(offset) + " cannot be written");
        }
    }

    private long low(long address, long value) {
        return modern(address & 0xffffffff00000000L | value);
    }

    private long high(long address, long value) {
        return modern(address & 0xffffffffL | value << 32);
    }

    private long modern(long value) {
        if (version != 2) {
            throw new AssertionError("a register of version 2 was used of a legacy device");
        }
        return value;
    }

    private long legacy(long value) {
        if (version != 1) {
            throw new AssertionError("a register of version 1 was used of a device of version 2");
        }
        return value;
    }

    private long features() {
        long offered = function.features();
        return version == 1 ? offered : offered | VERSION_1 | (translated ? ACCESS_PLATFORM : 0);
    }

    private long readConfig(int offset, int width) {
        byte[] config = function.config();
        if (behaviour == Behaviour.CHANGING_CONFIGURATION) {
            generation++;
        }
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | config[offset + i] & 0xff;
        }
        return value;
    }

    private void setStatus(int value) {
        if (value == 0) {
            resets++;
            resetState();
        } else {
            boolean refused = behaviour == Behaviour.REFUSES_FEATURES || (driverFeatures & ~features()) != 0;
            status = refused ? value & ~STATUS_FEATURES_OK : value;
        }
    }

    private void acknowledge(int reasons) {
        interruptStatus &= ~reasons;
        if (interruptStatus == 0) {
            port.interrupt(0).lower();
        }
        if (behaviour == Behaviour.STORMS) {
            interrupt(USED_BUFFER);
        }
    }

    private void notified(int index) {
        notifications++;
        if (index != 0 || !queue.ready || (status & STATUS_DRIVER_OK) == 0) {
            throw new AssertionError("the driver notified queue " + index + " with status " + status);
        }
        List<Integer> heads = queue.takeAvailable();
        switch (behaviour) {
            case HOLDS -> held.addAll(heads);
            case SILENT -> {}
            case STORMS -> interrupt(USED_BUFFER);
            case NEEDS_RESET -> {
                status |= STATUS_NEEDS_RESET;
                interrupt(CONFIGURATION);
            }
            default -> {
                heads.forEach(this::serve);
                if (queue.wantsInterrupt() && behaviour != Behaviour.FORGETS_INTERRUPT) {
                    interrupt(USED_BUFFER);
                }
            }
        }
    }

    private void serve(int head) {
        List<Descriptor> chain = queue.chain(head);
        ByteBuffer readable = ByteBuffer.allocate(length(chain, false)).order(ByteOrder.LITTLE_ENDIAN);
        chain.stream()
                .filter(descriptor -> !descriptor.write())
                .forEach(descriptor -> readable.put(queue.read(descriptor.address(), descriptor.length())));
        ByteBuffer writable = ByteBuffer.allocate(length(chain, true)).order(ByteOrder.LITTLE_ENDIAN);
        int written = function.serve(readable.flip(), writable);
        scatter(chain, writable.array(), behaviour == Behaviour.LAST_BYTE_MISSING ? written - 1 : written);
        report(head, written, writable.capacity());
    }

    private static int length(List<Descriptor> chain, boolean write) {
        return chain.stream()
                .filter(descriptor -> descriptor.write() == write)
                .mapToInt(Descriptor::length)
                .sum();
    }

    private void scatter(List<Descriptor> chain, byte[] bytes, int length) {
        int done = 0;
        for (Descriptor descriptor : chain) {
            int part = descriptor.write() ? Math.min(descriptor.length(), length - done) : 0;
            if (part > 0) {
                queue.write(descriptor.address(), ByteBuffer.wrap(bytes, done, part));
                done += part;
            }
        }
    }

    private void report(int head, int written, int capacity) {
        switch (behaviour) {
            case UNKNOWN_ID -> queue.putUsed(queue.size, written);
            case NEGATIVE_ID -> queue.putUsed(-1, written);
            case ID_OF_NO_HEAD -> queue.putUsed((head + 1) % queue.size, written);
            case TWICE -> {
                queue.putUsed(head, written);
                queue.putUsed(head, written);
            }
            case TOO_MUCH_WRITTEN -> queue.putUsed(head, capacity + 1);
            case HUGE_WRITTEN -> queue.putUsed(head, -1);
            case TOO_LITTLE_WRITTEN -> queue.putUsed(head, written - 1);
            case NOTHING_WRITTEN -> queue.putUsed(head, 0);
            case JUMPING_INDEX -> {
                queue.putUsed(head, written);
                queue.jump(1000);
            }
            case INDEX_GOES_BACK -> queue.jump(-1);
            case OVERWRITES_DESCRIPTORS -> {
                byte[] garbage = new byte[16 * queue.size];
                Arrays.fill(garbage, (byte) 0xff);
                queue.write(queue.descriptors, ByteBuffer.wrap(garbage));
                queue.putUsed(head, written);
            }
            default -> queue.putUsed(head, written);
        }
    }
}
