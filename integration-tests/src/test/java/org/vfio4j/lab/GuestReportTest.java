// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failure in the guest reads as one of this build. */
class GuestReportTest {
    private static final String CASES = """
            <testcase name="passes(Kind, int)[2]" classname="a.OneTest" time="0.1">
            <system-out><![CDATA[
            unique-id: [engine:junit-jupiter]/[class:a.OneTest]
            display-name: JUnit Jupiter > OneTest > passes(Kind, int) > [2] RTC
            ]]></system-out>
            </testcase>
            <testcase name="isNotRun()" classname="a.OneTest" time="0">
            <skipped><![CDATA[not run: no device]]></skipped>
            </testcase>
            <testcase name="fails()" classname="a.OneTest" time="0">
            <failure message="expected: EBUSY&#10; but was: ok" type="org.opentest4j.AssertionFailedError"><![CDATA[\
            org.opentest4j.AssertionFailedError: expected: EBUSY
             but was: ok
            	at java.base/java.lang.reflect.Method.invoke(Method.java:580)
            	at a.OneTest.fails(OneTest.java:33)
            Caused by: java.io.IOException: hidden
            	at a.Other.read(Other.java:1)
            ]]></failure>
            </testcase>
            <testcase name="breaks()" classname="a.OneTest" time="0">
            <error message="gone" type="java.io.UncheckedIOException"><![CDATA[java.io.UncheckedIOException: gone]]></error>
            </testcase>
            """;

    @TempDir
    private Path directory;

    private List<GuestTest> read(int count, String cases) throws IOException {
        String report = "<?xml version=\"1.0\"?><testsuite tests=\"" + count + "\">" + cases + "</testsuite>";
        return GuestReport.read(Files.writeString(directory.resolve("report.xml"), report));
    }

    @Test
    void aTestThatPassed() throws IOException {
        GuestTest test = read(4, CASES).get(0);
        assertThat(test.failure()).isEmpty();
        assertThat(test.skipped()).isEmpty();
        assertThat(test.className()).isEqualTo("a.OneTest");
        assertThat(test.method()).isEqualTo("passes");
        assertThat(test.parameters()).isEqualTo("Kind, int");
        assertThat(test.displayName()).isEqualTo("OneTest > passes(Kind, int) > [2] RTC");
    }

    @Test
    void aTestThatWasNotRunSaysWhy() throws IOException {
        assertThat(read(4, CASES).get(1).skipped()).contains("not run: no device");
    }

    @Test
    void aFailureHasItsMessageAndItsPlace() throws IOException {
        GuestFailure failure = read(4, CASES).get(2).failure().orElseThrow();
        assertThat(failure)
                .hasMessage("in the guest, a.OneTest > fails()\nexpected: EBUSY\n but was: ok")
                .hasToString("org.opentest4j.AssertionFailedError in the guest, a.OneTest > fails()\n"
                        + "expected: EBUSY\n but was: ok");
        assertThat(failure.getStackTrace())
                .containsExactly(
                        new StackTraceElement("java.lang.reflect.Method", "invoke", "Method.java", 580),
                        new StackTraceElement("a.OneTest", "fails", "OneTest.java", 33));
    }

    @Test
    void anErrorIsAFailureToo() throws IOException {
        assertThat(read(4, CASES).get(3).failure()).isPresent();
    }

    @Test
    void aReportThatLostATestIsRefused() {
        assertThatThrownBy(() -> read(5, CASES))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has 4 tests and counts 5");
        assertThatThrownBy(() -> read(0, "<")).isInstanceOf(IOException.class).hasMessageContaining("no report");
    }
}
