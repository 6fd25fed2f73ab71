// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.guest;

import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_INFO_AUTOMASKED;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_INFO_EVENTFD;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_INFO_MASKABLE;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_ACTION_TRIGGER;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_ACTION_UNMASK;
import static org.vfio4j.vfio.abi.VfioFlags.VFIO_IRQ_SET_DATA_EVENTFD;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.vfio4j.linux.LinuxSyscalls;
import org.vfio4j.vfio.Device;
import org.vfio4j.vfio.IrqInfo;
import org.vfio4j.vfio.abi.IrqSetLayout;
import org.vfio4j.vfio.abi.VfioIoctl;

/**
 * A device with IRQs, level-triggered or edge-triggered, and VFIO's part of the kernel for them, played by this process with eventfds of the
 * real kernel. Everything that is not of the device goes to the real kernel.
 *
 * <p>Source: {@code drivers/vfio/platform/vfio_platform_irq.c}.
 */
final class PlayedDevice implements AutoCloseable {
    /** Bytes of registers for each IRQ: what it wants served or 0, and where that is written to serve it. */
    static final int STRIDE = 16;

    private static final int SERVED = 4;
    private static final int EDGE = VFIO_IRQ_INFO_EVENTFD;
    private static final int LEVEL = EDGE | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;

    /** An IRQ, on both sides of its line. */
    final class Irq {
        private int wanted;
        private boolean masked;
        private int trigger = -1;
        private int unmaskFd = -1;
        private int wrong;

        /** Waits until the last one is served, and asserts the line for the next. */
        private synchronized void raise(int number) throws InterruptedException {
            awaitServed(number - 1);
            wanted = number;
        }

        private synchronized void awaitServed(int number) throws InterruptedException {
            long start = System.nanoTime();
            while (wanted != 0) {
                if (System.nanoTime() - start > 20_000_000_000L) {
                    throw new AssertionError("interrupt " + number + " is lost");
                }
                wait(1000);
            }
        }

        private synchronized void serve(int number) {
            if (number == wanted && number != 0) {
                wanted = 0;
                notifyAll();
            } else {
                wrong++;
            }
        }

        private synchronized int wanted() {
            return wanted;
        }

        /** Masks a level, and signals when others may have gone on. */
        private void fire(boolean late) {
            int eventFd;
            synchronized (this) {
                if (wanted == 0 || masked || trigger < 0) {
                    return;
                }
                masked = level;
                eventFd = trigger;
            }
            if (late) {
                Thread.yield();
            }
            linux.write(eventFd, ONE);
        }

        private void unmask() {
            synchronized (this) {
                masked = false;
            }
            if (random.nextBoolean()) {
                fire(false);
            } else {
                processor.execute(() -> fire(true));
            }
        }

        private synchronized void set(int flags, int fd) {
            if ((flags & VFIO_IRQ_SET_ACTION_TRIGGER) != 0) {
                trigger = fd;
            } else {
                unmaskFd = fd;
            }
        }

        private synchronized int unmaskFd() {
            return unmaskFd;
        }
    }

    private static final ByteBuffer ONE =
            ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putLong(0, 1);

    private final LinuxSyscalls linux;
    private final boolean level;
    private final int number;
    private final Random random;
    private final ExecutorService processor = Executors.newSingleThreadExecutor();
    private final ExecutorService raisers = Executors.newCachedThreadPool();
    private final List<Irq> irqs = new ArrayList<>();
    private final Device device;
    private volatile boolean closed;

    PlayedDevice(LinuxSyscalls linux, int irqCount, boolean level, long seed) {
        this.linux = linux;
        this.level = level;
        this.random = new Random(seed);
        for (int i = 0; i < irqCount; i++) {
            irqs.add(new Irq());
        }
        // A number that nothing else has.
        number = linux.eventfd(0, LinuxSyscalls.EFD_CLOEXEC);
        LinuxSyscalls played = (LinuxSyscalls) Proxy.newProxyInstance(
                LinuxSyscalls.class.getClassLoader(), new Class<?>[] {LinuxSyscalls.class}, this::call);
        device = Device.taking(played, number, "played");
        raisers.execute(this::unmaskOnEventFds);
    }

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("ioctl") && (int) arguments[0] == number) {
            return setIrqs((int) arguments[1], (ByteBuffer) arguments[2]);
        }
        try {
            return method.invoke(linux, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int setIrqs(int request, ByteBuffer set) {
        if (request != VfioIoctl.VFIO_DEVICE_SET_IRQS) {
            throw new AssertionError("ioctl " + Integer.toHexString(request));
        }
        int flags = set.getInt(IrqSetLayout.FLAGS);
        Irq irq = irqs.get(set.getInt(IrqSetLayout.INDEX));
        if ((flags & VFIO_IRQ_SET_DATA_EVENTFD) != 0) {
            irq.set(flags, set.getInt(IrqSetLayout.DATA));
        } else if ((flags & VFIO_IRQ_SET_ACTION_TRIGGER) != 0) {
            irq.set(flags, -1);
        } else if ((flags & VFIO_IRQ_SET_ACTION_UNMASK) != 0) {
            irq.unmask();
        } else {
            throw new AssertionError("SET_IRQS with flags " + flags);
        }
        return 0;
    }

    /** What vfio_virqfd_enable of drivers/vfio/virqfd.c has the kernel do by itself. */
    private void unmaskOnEventFds() {
        ByteBuffer count = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        ByteBuffer poll = ByteBuffer.allocateDirect(8 * irqs.size()).order(ByteOrder.nativeOrder());
        while (!closed) {
            for (int i = 0; i < irqs.size(); i++) {
                poll.putInt(8 * i, irqs.get(i).unmaskFd()).putInt(8 * i + 4, LinuxSyscalls.POLLIN);
            }
            linux.poll(poll, 10);
            for (int i = 0; i < irqs.size(); i++) {
                if (poll.getShort(8 * i + 6) == LinuxSyscalls.POLLIN && linux.read(poll.getInt(8 * i), count) == 8) {
                    irqs.get(i).unmask();
                }
            }
        }
    }

    Device device() {
        return device;
    }

    IrqInfo irq(int index) {
        return new IrqInfo(index, level ? LEVEL : EDGE, 1);
    }

    /** Asserts an IRQ so many times, each when the one before is served. The result says whether all were. */
    Future<?> raise(int index, int count) {
        Irq irq = irqs.get(index);
        Random pauses = new Random(random.nextLong());
        return raisers.submit(() -> {
            for (int i = 1; i <= count; i++) {
                irq.raise(i);
                irq.fire(pauses.nextBoolean());
                if (pauses.nextInt(8) == 0) {
                    Thread.yield();
                }
            }
            irq.awaitServed(count);
            return null;
        });
    }

    int wrong() {
        return irqs.stream().mapToInt(irq -> irq.wrong).sum();
    }

    long read(long offset) {
        return irqs.get((int) offset / STRIDE).wanted();
    }

    void write(long offset, long value) {
        if (offset % STRIDE != SERVED) {
            throw new AssertionError("write at " + offset);
        }
        irqs.get((int) offset / STRIDE).serve((int) value);
    }

    @Override
    public void close() {
        closed = true;
        device.close();
        processor.shutdownNow();
        raisers.shutdownNow();
    }
}
