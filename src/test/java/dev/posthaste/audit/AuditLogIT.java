package dev.posthaste.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.posthaste.postgres.TestDatabase;
import java.sql.SQLException;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AuditLogIT {
    private static final Actor LONG_NAME = Actor.token(1, "\ud83d\ude00".repeat(2_000), "192.0.2.1");

    private final TestDatabase database = TestDatabase.fresh();
    private final Jdbi jdbi = Jdbi.create(database.dataSource());
    private final AuditLog audit = new AuditLog();
    private final Logger logger = (Logger) LoggerFactory.getLogger(AuditLog.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        logger.detachAppender(log);
        database.close();
    }

    @Test
    void whatIsRolledBackIsToldNowhere() throws SQLException {
        assertThatThrownBy(() -> jdbi.useTransaction(handle -> {
                    audit.write(handle, entry());
                    throw new IllegalStateException("as a test wants");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(rows()).isZero();
        assertThat(log.list).isEmpty();
    }

    @Test
    void whatIsCommittedIsToldOnceAndNotBefore() throws SQLException {
        jdbi.useTransaction(handle -> {
            audit.write(handle, entry());
            assertThat(log.list).isEmpty();
            assertThat(rows()).isZero();
        });

        assertThat(rows()).isOne();
        assertThat(log.list).hasSize(1);
    }

    @Test
    void noNameIsTooLongToBeTold() throws SQLException {
        jdbi.useTransaction(handle -> audit.write(handle, entry()));

        assertThat(database.number("select length(actor) from audit")).isEqualTo(128);
    }

    private static AuditEntry entry() {
        return AuditEntry.of(1L, LONG_NAME, AuditAction.QUEUE_PAUSE, Thing.queue(7, "emails"));
    }

    private long rows() throws SQLException {
        return database.number("select count(*) from audit");
    }
}
