// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.openfirmware;

/** Which properties a client may set. */
@FunctionalInterface
public interface SetPropertyPolicy {
    /**
     * The properties that Linux's client sets on PowerPC and the firmware is to keep: {@code bootargs}, {@code
     * linux,stdout-path} and {@code linux,initrd-start}/{@code -end} (4 or 8 bytes) of {@code /chosen}, and {@code
     * linux,rtas-base}/{@code -entry} (4 bytes) of {@code /rtas}.
     */
    SetPropertyPolicy LINUX = (path, name, value) -> switch (path) {
        case "/chosen" ->
            switch (name) {
                case "bootargs", "linux,stdout-path" -> true;
                case "linux,initrd-start", "linux,initrd-end" -> value.length == 4 || value.length == 8;
                default -> false;
            };
        case "/rtas" -> (name.equals("linux,rtas-base") || name.equals("linux,rtas-entry")) && value.length == 4;
        default -> false;
    };

    /**
     * Whether a client may set a property. Whatever this says, no client sets {@code name}, {@code available}, a phandle
     * or a number of cells: with those it could change what the tree is.
     *
     * @param path path of the node
     * @param name the property
     * @param value the new value
     * @return true if it may
     */
    boolean permits(String path, String name, byte[] value);

    /**
     * Whether no policy can permit a property.
     *
     * @param name the property
     * @return true if clients never set it
     */
    static boolean isProtected(String name) {
        return switch (name) {
            case "name", "available", "phandle", "linux,phandle", "ibm,phandle" -> true;
            default -> name.startsWith("#") && name.endsWith("-cells");
        };
    }
}
