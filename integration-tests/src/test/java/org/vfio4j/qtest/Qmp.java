// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.qtest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** QEMU's monitor, as far as the bench needs it: commands, and events by name. */
final class Qmp {
    private final LineConnection connection;
    private final List<String> events = new ArrayList<>();

    Qmp(LineConnection connection) throws IOException {
        this.connection = connection;
        connection.receive();
        run("qmp_capabilities");
    }

    /** Runs a command; events that come meanwhile are kept. The answer is what QEMU sent, a JSON object in one line. */
    String run(String command) throws IOException {
        return run(command, "{}");
    }

    /** As {@link #run(String)}, with arguments: a JSON object. */
    String run(String command, String arguments) throws IOException {
        connection.send("{\"execute\": \"" + command + "\", \"arguments\": " + arguments + "}");
        while (true) {
            String line = connection.receive();
            if (line.startsWith("{\"return\"")) {
                return line;
            }
            if (line.startsWith("{\"error\"")) {
                throw new IOException("QEMU refused " + command + ": " + line);
            }
            events.add(line);
        }
    }

    /** Waits for an event that has not been waited for yet. */
    void await(String event) throws IOException {
        String name = "\"event\": \"" + event + "\"";
        while (events.stream().noneMatch(line -> line.contains(name))) {
            events.add(connection.receive());
        }
        events.removeIf(line -> line.contains(name));
    }
}
