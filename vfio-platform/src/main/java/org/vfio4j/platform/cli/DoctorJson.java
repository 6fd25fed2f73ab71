// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.cli;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import org.vfio4j.platform.SysfsDevice;
import org.vfio4j.platform.doctor.Diagnosis;
import org.vfio4j.platform.doctor.Finding;
import org.vfio4j.platform.doctor.StackVerdict;

/** Prints a diagnosis as one JSON object of the schema {@code vfio4j.doctor/1}, see {@code doc/json.md}. */
final class DoctorJson {
    private DoctorJson() {}

    /**
     * Prints it.
     *
     * @param diagnosis the diagnosis
     * @param terminal where
     * @throws IOException if it cannot be written
     */
    static void print(Diagnosis diagnosis, Terminal terminal) throws IOException {
        StringBuilder text = new StringBuilder();
        JsonAppendableWriter json = JsonWriter.indent("  ").on(text);
        json.object().value("schema", "vfio4j.doctor/1");
        json.value("device", diagnosis.device().map(SysfsDevice::name).orElse(null));
        json.value("worst", Words.of(diagnosis.worst()));
        json.array("findings");
        diagnosis.findings().forEach(finding -> finding(json, finding));
        json.end().array("stacks");
        for (StackVerdict verdict : diagnosis.stacks()) {
            json.object().value("stack", Words.of(verdict.stack())).value("usable", verdict.isUsable());
            json.value("obstacle", verdict.obstacle().map(Finding::id).orElse(null));
            json.value(
                    "reason",
                    verdict.obstacle()
                            .map(obstacle -> obstacle.subject() + ": " + obstacle.what())
                            .orElse(null));
            json.end();
        }
        json.end().end().done();
        terminal.out().append(text).append('\n');
    }

    private static void finding(JsonAppendableWriter json, Finding finding) {
        json.object().value("severity", Words.of(finding.severity()));
        json.value("topic", Words.of(finding.topic())).value("id", finding.id());
        json.value("subject", finding.subject()).value("what", finding.what());
        json.value("why", finding.why().isEmpty() ? null : finding.why());
        json.value("remedy", finding.remedy().orElse(null));
        if (finding.refusal().isPresent()) {
            json.object("refusal")
                    .value("step", Words.of(finding.refusal().get().step()));
            json.value("errno", finding.refusal().get().errno().symbol()).end();
        } else {
            json.nul("refusal");
        }
        json.end();
    }
}
