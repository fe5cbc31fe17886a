package dev.posthaste.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AuditLogTest {
    private static final Actor ACTOR = Actor.token(3, "ci", "192.0.2.1");

    @Test
    void aLineTellsWhoDidWhatToWhich() {
        AuditEntry entry = AuditEntry.of(1L, ACTOR, AuditAction.QUEUE_CHANGE, Thing.queue(7, "emails"))
                .changing(List.of("name", "redact"));

        assertThat(AuditLog.line(entry))
                .isEqualTo("token 3 \"ci\" from 192.0.2.1: queue.change, queue 7 \"emails\" of team 1, name, redact");
        assertThat(AuditLog.line(AuditEntry.of(1L, ACTOR, AuditAction.QUEUE_PURGE, Thing.queue(7, "emails"))
                        .of(12)))
                .endsWith("queue.purge, queue 7 \"emails\" of team 1, jobs: 12");
        assertThat(AuditLog.line(
                        AuditEntry.of(null, Actor.COMMAND_LINE, AuditAction.SECRET_KEY_FORGET, Thing.secretKey(null))))
                .isEqualTo("command line: secret_key.forget, secret key");
    }

    @Test
    void noNamePassesForWhatTheLineSays() {
        Actor actor = Actor.token(3, "ci\" from 192.0.2.9: team.delete, team 1 \"x", "192.0.2.1");

        assertThat(AuditLog.line(AuditEntry.of(1L, actor, AuditAction.QUEUE_PAUSE, Thing.queue(7, "a\\\" of team 9"))))
                .isEqualTo("token 3 \"ci\\\" from 192.0.2.9: team.delete, team 1 \\\"x\" from 192.0.2.1: queue.pause,"
                        + " queue 7 \"a\\\\\\\" of team 9\" of team 1");
    }

    @Test
    void noNameForgesALine() {
        Actor actor = Actor.token(3, "a\nb\u2028c", "192.0.2.1");

        assertThat(AuditLog.line(AuditEntry.of(1L, actor, AuditAction.QUEUE_DELETE, Thing.queue(7, "x\r\n2026"))))
                .doesNotContain("\n", "\r", "\u2028")
                .contains("\"a b c\"", "\"x  2026\"");
    }
}
