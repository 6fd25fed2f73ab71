// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.linux;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.vfio4j.linux.CHeaders.Expression;

/**
 * A constant of ours and what it is in C.
 *
 * @param owner the simple name of its class
 * @param name its name
 * @param value its value
 * @param inC the expression that has the same value
 * @param architecture whose headers have it, as {@code os.arch} calls it; empty if all have it
 * @param youngestOf the header, structure, member or constant that says from which Linux on the headers have it; a name
 *     that ends with a dot stands for all members
 */
record UapiConstant(
        String owner, String name, int value, Expression inC, String architecture, List<String> youngestOf) {
    /** {@return the constants of all annotated classes of the package of a class} */
    static Stream<UapiConstant> ofPackage(Class<?> member) {
        return classesOfPackage(member).flatMap(UapiConstant::ofClass);
    }

    /** {@return the classes and interfaces of the package of a class} */
    static Stream<Class<?>> classesOfPackage(Class<?> member) {
        try (Stream<Path> files = Files.list(
                Path.of(member.getResource(member.getSimpleName() + ".class").toURI())
                        .getParent())) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
                    .sorted()
                    .map(file -> member.getPackageName() + "." + file.substring(0, file.length() - ".class".length()))
                    .<Class<?>>map(UapiConstant::load)
                    .toList()
                    .stream();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, UapiConstant.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<UapiConstant> ofClass(Class<?> type) {
        Uapi uapi = type.getAnnotation(Uapi.class);
        return constantsOf(type)
                .map(field -> uapi.struct().isEmpty()
                        ? plain(type, field, List.of(uapi.header()))
                        : member(type, field, uapi));
    }

    /** {@return the constants of a class that have the names of C} */
    static Stream<UapiConstant> plainOf(Class<?> type, List<String> headers) {
        return constantsOf(type).map(field -> plain(type, field, headers));
    }

    private static UapiConstant plain(Class<?> type, Field field, List<String> headers) {
        String name = field.getName();
        return of(type, field, headers, name, List.of(headers.get(0), name));
    }

    private static UapiConstant member(Class<?> type, Field field, Uapi uapi) {
        String struct = "struct " + uapi.struct();
        String end = uapi.minimumEndsWith();
        String member = (uapi.within().isEmpty() ? "" : uapi.within() + ".")
                + (field.getName().equals("SIZE_AT") ? "size" : field.getName().toLowerCase(Locale.ROOT));
        return switch (field.getName()) {
            case "SIZE" ->
                of(type, field, List.of(uapi.header()), "sizeof(" + struct + ")", youngest(uapi, uapi.struct() + "."));
            case "MINIMUM_SIZE" ->
                of(
                        type,
                        field,
                        List.of(uapi.header()),
                        "offsetof(" + struct + ", " + end + ") + sizeof(((" + struct + " *) 0)->" + end + ")",
                        youngest(uapi, uapi.struct() + "." + end));
            default ->
                of(
                        type,
                        field,
                        List.of(uapi.header()),
                        "offsetof(" + struct + ", " + member + ")",
                        youngest(uapi, uapi.struct() + "." + member));
        };
    }

    private static List<String> youngest(Uapi uapi, String member) {
        return List.of(uapi.header(), uapi.struct(), member);
    }

    private static UapiConstant of(
            Class<?> type, Field field, List<String> headers, String code, List<String> youngestOf) {
        try {
            return new UapiConstant(
                    type.getSimpleName(),
                    field.getName(),
                    field.getInt(null),
                    new Expression(headers, code),
                    type.isAnnotationPresent(Uapi.class)
                            ? type.getAnnotation(Uapi.class).architecture()
                            : "",
                    youngestOf);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Field> constantsOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && Modifier.isPublic(field.getModifiers()));
    }
}
