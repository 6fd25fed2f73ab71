// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vfio4j.samples.fwcfg.loader.TableMemory;

/** ACPI's tables in memory, as an operating system finds them: from the root pointer on (ACPI 6.4, section 5.2). */
public final class AcpiTables {
    private static final int RSDP_V1 = 20;
    private static final int HEADER = 36;

    private final TableMemory memory;
    private final Map<String, byte[]> tables = new LinkedHashMap<>();

    private AcpiTables(TableMemory memory) {
        this.memory = memory;
    }

    /**
     * Follows the pointers. Tables of one name are told apart by their table id, as {@code SSDT VMGENID}.
     *
     * @param rsdp the root pointer: version 1 leads to the RSDT, with pointers of 4 bytes, version 2 to the XSDT
     * @param memory where all tables are
     * @return the tables by their names
     */
    public static Map<String, byte[]> find(byte[] rsdp, TableMemory memory) {
        AcpiTables found = new AcpiTables(memory);
        boolean extended = rsdp.length > RSDP_V1;
        byte[] root =
                found.add(extended ? number(rsdp).getLong(24) : number(rsdp).getInt(16));
        for (int i = HEADER; i < root.length; i += extended ? Long.BYTES : Integer.BYTES) {
            byte[] table =
                    found.add(extended ? number(root).getLong(i) : number(root).getInt(i));
            if (text(table, 0, 4).equals("FACP")) {
                found.add(extended ? number(table).getLong(140) : number(table).getInt(40));
            }
        }
        return found.tables;
    }

    private byte[] add(long address) {
        byte[] header = new byte[HEADER];
        memory.read(address - memory.address(), header);
        byte[] table = new byte[number(header).getInt(4)];
        memory.read(address - memory.address(), table);
        String name = text(table, 0, 4);
        tables.put(name.equals("SSDT") ? name + " " + text(table, 16, 8).strip() : name, table);
        return table;
    }

    /**
     * {@return the sum of all bytes: 0 if nothing is wrong}
     *
     * @param bytes of a table
     */
    public static byte sum(byte[] bytes) {
        byte sum = 0;
        for (byte one : bytes) {
            sum += one;
        }
        return sum;
    }

    static ByteBuffer number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static String text(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.US_ASCII).replace('\0', ' ');
    }
}
