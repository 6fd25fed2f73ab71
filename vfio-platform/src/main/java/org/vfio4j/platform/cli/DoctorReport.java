// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.VfioEligibility;
import org.vfio4j.platform.doctor.Diagnosis;
import org.vfio4j.platform.doctor.Finding;
import org.vfio4j.platform.doctor.Severity;
import org.vfio4j.platform.doctor.StackVerdict;

/**
 * Prints a diagnosis for people: the worst first, and what is well only if asked for.
 *
 * @param diagnosis the diagnosis
 * @param all whether to print what is well
 * @param terminal where
 */
record DoctorReport(Diagnosis diagnosis, boolean all, Terminal terminal) {
    private static final String INDENT = "  ";

    /**
     * Prints it.
     *
     * @throws IOException if it cannot be written
     */
    void print() throws IOException {
        subject();
        findings(Severity.PROBLEM, "Problems", Style.RED);
        findings(Severity.WARNING, "Warnings", Style.YELLOW);
        findings(Severity.NOTE, "Notes", Style.BOLD);
        if (all) {
            fine();
        }
        stacks();
        summary();
    }

    private void subject() throws IOException {
        Table table = new Table("", "");
        if (diagnosis.device().isPresent()) {
            SysfsDevice device = diagnosis.device().get();
            table.row("Device", device.name());
            table.style(1, Style.BOLD);
            table.row("Node", device.node().orElse("none"));
            table.row("Driver", device.driver().orElse("none"));
        } else {
            table.row("Machine", "the kernel, and this process");
            table.style(1, Style.BOLD);
        }
        table.print(terminal, "");
    }

    private void heading(String text, Style style) throws IOException {
        terminal.out().append('\n').append(style.of(text, terminal)).append('\n');
    }

    private void line(String indent, String text) throws IOException {
        terminal.out().append(indent).append(Style.PLAIN.of(text, terminal)).append('\n');
    }

    private void findings(Severity severity, String title, Style style) throws IOException {
        List<Finding> findings = diagnosis.findings(severity);
        if (findings.isEmpty()) {
            return;
        }
        heading(title, style);
        for (Finding finding : findings) {
            line(INDENT, finding.subject() + ": " + finding.what());
            String refusal = finding.refusal().map(refused -> ": " + refused).orElse("");
            line(INDENT + INDENT, finding.why() + refusal);
            if (finding.remedy().isPresent()) {
                terminal.out()
                        .append(INDENT + INDENT + "> ")
                        .append(Style.GREEN.of(finding.remedy().get(), terminal))
                        .append('\n');
            }
        }
    }

    private void fine() throws IOException {
        heading("Fine", Style.BOLD);
        Table table = new Table("", "", "");
        for (Finding finding : diagnosis.findings(Severity.OK)) {
            table.row(Words.of(finding.topic()), finding.subject(), finding.what());
        }
        table.print(terminal, INDENT);
    }

    private void stacks() throws IOException {
        Optional<SysfsDevice> device = diagnosis.device();
        boolean unbound = device.filter(found -> found.eligibility().state() != VfioEligibility.State.BOUND)
                .isPresent();
        String title = device.isPresent() ? "Ways to open it" : "Ways to open devices";
        heading(unbound ? title + ", once it is bound" : title, Style.BOLD);
        Table table = new Table("", "", "");
        for (StackVerdict verdict : diagnosis.stacks()) {
            table.row(
                    Words.of(verdict.stack()),
                    verdict.isUsable() ? "yes" : "no",
                    verdict.obstacle()
                            .map(obstacle -> obstacle.subject() + ": " + obstacle.what())
                            .orElse(""));
            table.style(1, verdict.isUsable() ? Style.GREEN : Style.YELLOW);
        }
        table.print(terminal, INDENT);
    }

    private void summary() throws IOException {
        String fine = count(Severity.OK) + " fine" + (all ? "" : " (--all shows them)");
        terminal.out()
                .append("\nproblems " + count(Severity.PROBLEM) + ", warnings " + count(Severity.WARNING) + ", notes "
                        + count(Severity.NOTE) + ", " + fine + "\n");
    }

    private int count(Severity severity) {
        return diagnosis.findings(severity).size();
    }
}
