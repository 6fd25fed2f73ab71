// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.dma;

import java.io.IOException;
import org.vfio4j.vfio.DmaAccess;
import org.vfio4j.vfio.IovaRanges;

/** What is behind buffers: memory, and where it is for the device. */
sealed interface DmaBacking permits MappedMemory, PhysicalMemory {
    DmaStack stack();

    IovaRanges ranges();

    /** Makes a buffer, which is not yet in the books of {@code dma}. */
    DmaBuffer allocate(Dma dma, DmaRequest request) throws IOException;

    /** A buffer is closed: Java reaches it no more. */
    void free(DmaBuffer buffer);

    /** Maps memory of somebody else at a given IOVA. */
    void map(long iova, long address, long length, DmaAccess access) throws IOException;

    /** Takes it away again. */
    void unmap(DmaMapping mapping);

    /** All buffers are closed. Called again whenever {@link Dma#close} is. */
    void close();
}
