// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.devtree.fdt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Puts blobs together token by token, right ones and wrong ones. Knows nothing of the classes it is used to test. */
final class BlobAssembler {
    static final int TOTAL_SIZE = 4;
    static final int OFF_STRUCT = 8;
    static final int OFF_STRINGS = 12;
    static final int OFF_RESERVATIONS = 16;
    static final int VERSION = 20;
    static final int LAST_COMPATIBLE = 24;
    static final int BOOT_CPU = 28;
    static final int SIZE_STRINGS = 32;
    static final int SIZE_STRUCT = 36;

    private final ByteArrayOutputStream reservations = new ByteArrayOutputStream();
    private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();

    /** {@return a well formed blob with one child node, one property and no reservation} */
    static BlobAssembler small() {
        return new BlobAssembler()
                .beginNode("")
                .property("compatible", "acme,board\0".getBytes(StandardCharsets.US_ASCII))
                .beginNode("child")
                .endNode()
                .endNode()
                .end()
                .reservation(0, 0);
    }

    BlobAssembler reservation(long address, long size) {
        reservations.writeBytes(
                ByteBuffer.allocate(16).putLong(address).putLong(size).array());
        return this;
    }

    BlobAssembler token(int token) {
        structure.writeBytes(ByteBuffer.allocate(4).putInt(token).array());
        return this;
    }

    BlobAssembler bytes(byte... bytes) {
        structure.writeBytes(bytes);
        return this;
    }

    BlobAssembler beginNode(String name) {
        token(1);
        structure.writeBytes((name + "\0").getBytes(StandardCharsets.ISO_8859_1));
        return pad(4);
    }

    BlobAssembler property(String name, byte... value) {
        return propertyHeader(value.length, name(name)).bytes(value).pad(4);
    }

    /** Before version 16 a value of 8 bytes or more begins at a multiple of 8. */
    BlobAssembler oldProperty(String name, byte... value) {
        propertyHeader(value.length, name(name));
        return value.length < 8 ? bytes(value).pad(4) : pad(8).bytes(value).pad(4);
    }

    BlobAssembler propertyHeader(int length, int nameOffset) {
        return token(3).token(length).token(nameOffset);
    }

    BlobAssembler endNode() {
        return token(2);
    }

    BlobAssembler nop() {
        return token(4);
    }

    BlobAssembler end() {
        return token(9);
    }

    /** Adds a name to the strings block. Returns its offset. */
    int name(String name) {
        return rawName(name + "\0");
    }

    int rawName(String name) {
        int offset = strings.size();
        strings.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
        return offset;
    }

    private BlobAssembler pad(int alignment) {
        while (structure.size() % alignment != 0) {
            structure.write(0);
        }
        return this;
    }

    /** {@return the blob of version 17, in the order of the specification} */
    byte[] blob() {
        return blob(17, "RTS");
    }

    /**
     * The blob.
     *
     * @param version of the header
     * @param order of the blocks: R reservations, T structure, S strings
     */
    byte[] blob(int version, String order) {
        Map<Character, ByteArrayOutputStream> blocks = Map.of('R', reservations, 'T', structure, 'S', strings);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Map<Character, Integer> offsets = new HashMap<>();
        for (char block : order.toCharArray()) {
            while (block == 'R' && (40 + body.size()) % 8 != 0 || block == 'T' && body.size() % 4 != 0) {
                body.write(0);
            }
            offsets.put(block, 40 + body.size());
            body.writeBytes(blocks.get(block).toByteArray());
        }
        ByteBuffer blob = ByteBuffer.allocate(40 + body.size());
        blob.putInt(0xd00dfeed).putInt(blob.capacity());
        blob.putInt(offsets.get('T')).putInt(offsets.get('S')).putInt(offsets.get('R'));
        blob.putInt(version).putInt(Math.min(version, 16)).putInt(0);
        blob.putInt(version >= 3 ? strings.size() : 0).putInt(version >= 17 ? structure.size() : 0);
        return blob.put(body.toByteArray()).array();
    }

    /** Overwrites one field of a header. */
    static byte[] with(byte[] blob, int field, long value) {
        ByteBuffer.wrap(blob).putInt(field, (int) value);
        return blob;
    }
}
