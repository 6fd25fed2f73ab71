// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;
import org.vfio4j.vfio.Container;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.Ioas;
import org.vfio4j.vfio.IovaRanges;
import org.vfio4j.vfio.Step;
import org.vfio4j.vfio.VfioException;

/** Where memory is mapped for a device, by whichever part of the kernel. */
sealed interface IoAddressSpace {
    DmaStack stack();

    IovaRanges ranges() throws IOException;

    void map(long iova, long address, long length, DmaAccess access) throws VfioException;

    /** Answers how many bytes were unmapped. */
    long unmap(long iova, long length) throws VfioException;

    /** The step of {@link #unmap}. */
    Step unmapStep();

    /** A container with type1. */
    record OfContainer(Container container) implements IoAddressSpace {
        @Override
        public DmaStack stack() {
            return DmaStack.TYPE1;
        }

        @Override
        public IovaRanges ranges() throws IOException {
            return container.type1Info().iovaRanges();
        }

        @Override
        public void map(long iova, long address, long length, DmaAccess access) throws VfioException {
            container.map(iova, address, length, access);
        }

        @Override
        public long unmap(long iova, long length) throws VfioException {
            return container.unmap(iova, length);
        }

        @Override
        public Step unmapStep() {
            return Step.UNMAP_DMA;
        }
    }

    /** An IO address space of an iommufd. */
    record OfIommufd(Ioas ioas) implements IoAddressSpace {
        @Override
        public DmaStack stack() {
            return DmaStack.IOMMUFD;
        }

        @Override
        public IovaRanges ranges() throws IOException {
            return ioas.ranges();
        }

        @Override
        public void map(long iova, long address, long length, DmaAccess access) throws VfioException {
            ioas.map(iova, address, length, access);
        }

        @Override
        public long unmap(long iova, long length) throws VfioException {
            return ioas.unmap(iova, length);
        }

        @Override
        public Step unmapStep() {
            return Step.IOAS_UNMAP;
        }
    }
}
