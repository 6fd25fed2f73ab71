// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vfio4j.devtree.DeviceTree;

/** The commands of a person to a client interface: a little of what an Open Firmware prompt has. */
final class FirmwareShell {
    private static final List<String> HELP = List.of(
            "dev PATH                        choose a node: a path or an alias",
            "pwd | ls                        its path; its children",
            ".properties                     its properties",
            "getprop NAME                    one of them",
            "setprop NAME TEXT               set one; only a few may be",
            "claim ADDRESS SIZE ALIGNMENT    claim memory; ALIGNMENT 0 is for exactly that address",
            "release ADDRESS SIZE            give it back",
            "call SERVICE ARGUMENT...        any service: a number, or a text in quotes",
            "help                            this",
            "bye                             leave (also the end of the input)",
            "Numbers are hexadecimal.");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final int MAX_TEXT = 2048;

    private final FirmwareClient client;
    private final Writer out;
    private int node;

    FirmwareShell(DeviceTree tree, Writer out) throws CliException {
        this.client = new FirmwareClient(tree);
        this.out = out;
        this.node = call("peer", 0);
    }

    /**
     * Runs a line.
     *
     * @param line the command; nothing or a comment that begins with {@code \} does nothing
     * @return false if the answer was no
     * @throws CliException if the line is none
     * @throws IOException if standard output cannot be written
     */
    boolean run(String line) throws CliException, IOException {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        if (words.isEmpty() || words.get(0).startsWith("\\")) {
            return true;
        }
        String command = words.remove(0);
        switch (command) {
            case "dev" -> {
                return choose(text(arguments(command, words, 1).get(0)));
            }
            case "pwd" -> print(path(node));
            case "ls" -> {
                for (int child = call("child", node); child != 0; child = call("peer", child)) {
                    String path = path(child);
                    print(path.substring(path.lastIndexOf('/') + 1));
                }
            }
            case ".properties" -> properties();
            case "getprop" -> {
                return property(text(arguments(command, words, 1).get(0)));
            }
            case "setprop" -> {
                arguments(command, words, 2);
                String value = text(words.get(1));
                if (value.length() >= MAX_TEXT) {
                    throw CliException.usage("a property has at most " + MAX_TEXT + " bytes");
                }
                return result(client.call("setprop", List.of(node, text(words.get(0)), value, value.length() + 1)));
            }
            case "claim" -> {
                return result(client.call(command, numbers(arguments(command, words, 3))));
            }
            case "release" -> {
                return result(client.call(command, numbers(arguments(command, words, 2))));
            }
            case "call" -> {
                if (words.isEmpty()) {
                    throw CliException.usage("call: expected the name of a service");
                }
                String service = text(words.remove(0));
                return result(client.call(service, numbers(words)));
            }
            case "help" -> {
                for (String help : HELP) {
                    print(help);
                }
            }
            default -> throw CliException.usage("no command '" + command + "'; 'help' lists them");
        }
        return true;
    }

    private boolean choose(String path) throws CliException, IOException {
        int found = call("finddevice", path);
        if (found == -1) {
            print("no such node");
            return false;
        }
        node = found;
        return true;
    }

    private String path(int handle) throws CliException {
        call("package-to-path", handle, FirmwareClient.BUFFER, FirmwareClient.ROOM);
        return client.text();
    }

    private void properties() throws CliException, IOException {
        String name = "";
        while (call("nextprop", node, name, FirmwareClient.BUFFER) == 1) {
            name = client.text();
            property(name);
        }
    }

    private boolean property(String name) throws CliException, IOException {
        int length = call("getprop", node, name, FirmwareClient.BUFFER, FirmwareClient.ROOM);
        if (length == -1) {
            print("no such property");
            return false;
        }
        String value = length > FirmwareClient.ROOM ? length + " bytes" : PropertyValue.text(client.buffer(length));
        print(value.isEmpty() ? name : name + " = " + value);
        return true;
    }

    private boolean result(Optional<Integer> result) throws IOException {
        print(result.map(Integer::toHexString).orElse("no such service, or the client has left"));
        return result.isPresent() && result.get() != -1;
    }

    /** A call of this class, which knows that the service is there; after {@code exit} it fails as any other. */
    private int call(String service, Object... arguments) throws CliException {
        return client.call(service, List.of(arguments)).orElse(-1);
    }

    private static List<String> arguments(String command, List<String> words, int count) throws CliException {
        if (words.size() != count) {
            throw CliException.usage(command + ": expected " + count + " arguments, found " + words.size());
        }
        return words;
    }

    private static String text(String word) {
        return word.startsWith("\"") ? word.substring(1, word.length() - 1) : word;
    }

    /** Arguments of a service: quoted words are texts, the others numbers. */
    private static List<Object> numbers(List<String> words) throws CliException {
        List<Object> arguments = new ArrayList<>();
        for (String word : words) {
            if (word.startsWith("\"") && word.length() > 1) {
                arguments.add(text(word));
            } else {
                try {
                    arguments.add(Integer.parseUnsignedInt(word, 16));
                } catch (NumberFormatException e) {
                    throw CliException.usage("expected a hexadecimal number of at most 32 bits, found '" + word + "'");
                }
            }
        }
        return arguments;
    }

    private void print(String line) throws IOException {
        out.write(Words.printable(line));
        out.write('\n');
    }
}
