// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The report that the JUnit console of the guest writes: the XML that Ant once began with. */
final class GuestReport {
    /** The name of the report of JUnit Jupiter's tests. */
    static final String FILE = "TEST-junit-jupiter.xml";

    private static final Pattern DISPLAY_NAME = Pattern.compile("^display-name: [^>]* > (.*)$", Pattern.MULTILINE);

    private GuestReport() {}

    static List<GuestTest> read(Path file) throws IOException {
        Element suite;
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            suite = factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException(file + " is no report of tests: " + e.getMessage(), e);
        }
        List<GuestTest> tests = new ArrayList<>();
        NodeList cases = suite.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            tests.add(test((Element) cases.item(i)));
        }
        int counted = Integer.parseInt(suite.getAttribute("tests"));
        if (counted != tests.size()) {
            throw new IOException("%s has %d tests and counts %d".formatted(file, tests.size(), counted));
        }
        return tests;
    }

    private static GuestTest test(Element test) {
        String className = test.getAttribute("classname");
        String name = test.getAttribute("name");
        Matcher output = DISPLAY_NAME.matcher(
                child(test, "system-out").map(Element::getTextContent).orElse(""));
        String displayName = output.find() ? output.group(1) : className + " > " + name;
        return new GuestTest(
                className,
                name,
                displayName,
                child(test, "skipped").map(skipped -> skipped.getTextContent().strip()),
                child(test, "failure").or(() -> child(test, "error")).map(failure -> failure(displayName, failure)));
    }

    private static GuestFailure failure(String test, Element failure) {
        return new GuestFailure(
                test, failure.getAttribute("type"), failure.getAttribute("message"), failure.getTextContent());
    }

    private static Optional<Element> child(Element parent, String name) {
        return Optional.ofNullable((Element) parent.getElementsByTagName(name).item(0));
    }
}
