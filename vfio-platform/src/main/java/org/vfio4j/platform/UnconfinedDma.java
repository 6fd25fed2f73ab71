// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.vfio4j.devtree.Node;
import org.vfio4j.devtree.address.Addresses;
import org.vfio4j.devtree.address.RangesEntry;
import org.vfio4j.devtree.address.Translation;
import org.vfio4j.linux.HostFiles;
import org.vfio4j.platform.dma.Dma;
import org.vfio4j.platform.dma.DmaWindow;
import org.vfio4j.platform.host.DmaCoherence;
import org.vfio4j.platform.host.KernelOptions;
import org.vfio4j.vfio.Device;

/**
 * DMA of a device without an IOMMU.
 *
 * @param device name of the device
 * @param windows where it reaches memory; empty if at the CPU's addresses
 * @param caution what there is to fear of it on this machine, in words
 */
record UnconfinedDma(String device, List<DmaWindow> windows, String caution) {
    private static final System.Logger LOG = System.getLogger(UnconfinedDma.class.getPackageName());
    private static final Path COMPACTION = Path.of("/proc/sys/vm/compact_unevictable_allowed");

    static UnconfinedDma of(HostFiles files, SysfsDevice entry) throws IOException {
        StringBuilder caution = new StringBuilder("nothing confines DMA, the device can read and write all memory");
        if (mayMoveLockedPages(files)) {
            caution.append(
                            "; Linux may move locked memory away from the device, huge pages excepted, unless 0 is written to ")
                    .append(COMPACTION);
        }
        if (entry.node().isEmpty()) {
            return new UnconfinedDma(entry.name(), List.of(), caution.toString());
        }
        Optional<Node> node = MachineTree.read(files).tree().find(entry.node().get());
        if (node.isPresent() && !isCoherent(files, node.get())) {
            caution.append(
                    "; the device tree does not say that DMA is coherent with the caches, and nobody cleans them");
        }
        return new UnconfinedDma(entry.name(), node.map(UnconfinedDma::windows).orElse(List.of()), caution.toString());
    }

    private static boolean mayMoveLockedPages(HostFiles files) throws IOException {
        return files.exists(COMPACTION)
                && !new String(files.read(COMPACTION), StandardCharsets.US_ASCII)
                        .strip()
                        .equals("0");
    }

    private static boolean isCoherent(HostFiles files, Node node) throws IOException {
        // Unpacking the kernel's options takes time, and mostly the node says it.
        return DmaCoherence.isMarked(node, false)
                || (KernelOptions.read(files).state("ARCH_DMA_DEFAULT_COHERENT") == KernelOptions.State.BUILT_IN
                        && DmaCoherence.isMarked(node, true));
    }

    private static List<DmaWindow> windows(Node node) {
        return Addresses.dmaWindows(node).stream()
                .flatMap(UnconfinedDma::window)
                .toList();
    }

    /** of_dma_get_range leaves out what does not translate. */
    private static Stream<DmaWindow> window(RangesEntry entry) {
        return entry.translation() instanceof Translation.Translated translated
                ? Stream.of(new DmaWindow(entry.childAddress(), translated.address(), entry.size()))
                : Stream.empty();
    }

    /** Opens it, which is said aloud. */
    Dma open(Device opened) {
        LOG.log(System.Logger.Level.WARNING, "DMA of " + device + " without an IOMMU: " + caution);
        return Dma.withoutIommu(device, opened, windows);
    }
}
