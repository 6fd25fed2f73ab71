// SPDX-License-Identifier: Apache-2.0
package org.vfio4j.platform.doctor;

import java.util.Objects;
import java.util.Optional;

/**
 * One thing that the doctor looked at.
 *
 * @param severity how bad it is
 * @param topic what it is about
 * @param id what was looked at, in lower case with dashes, such as {@code kernel-option}. It does not change between
 *     releases
 * @param subject what it was looked at in: an option, a parameter, a file, a device
 * @param what what was found, in one line without a full stop
 * @param why why it matters, in one line without a full stop; empty where all is well
 * @param remedy one command, or one setting, that mends it; empty if nothing is to be mended or nothing can
 * @param refusal what Linux will say because of it; empty if it refuses nothing
 */
public record Finding(
        Severity severity,
        Topic topic,
        String id,
        String subject,
        String what,
        String why,
        Optional<String> remedy,
        Optional<Refusal> refusal) {
    /** Checks that nothing is null. */
    public Finding {
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(why, "why");
        Objects.requireNonNull(remedy, "remedy");
        Objects.requireNonNull(refusal, "refusal");
    }

    /** A thing that is as it should be. */
    static Finding ok(Topic topic, String id, String subject, String what) {
        return new Finding(Severity.OK, topic, id, subject, what, "", Optional.empty(), Optional.empty());
    }

    /** A thing that is not, without a remedy. */
    static Finding of(Severity severity, Topic topic, String id, String subject, String what, String why) {
        return new Finding(severity, topic, id, subject, what, why, Optional.empty(), Optional.empty());
    }

    Finding withRemedy(String command) {
        return new Finding(severity, topic, id, subject, what, why, Optional.of(command), refusal);
    }

    Finding withRemedy(Optional<String> command) {
        return new Finding(severity, topic, id, subject, what, why, command, refusal);
    }

    Finding refusing(Refusal refused) {
        return new Finding(severity, topic, id, subject, what, why, remedy, Optional.of(refused));
    }

    Finding withSeverity(Severity other) {
        return new Finding(other, topic, id, subject, what, why, remedy, refusal);
    }
}
