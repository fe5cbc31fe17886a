package dev.posthaste.ops;

import dev.posthaste.sql.NetworkPatience;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Connections whose answers are waited for no longer than somebody looks at a page of health. */
final class ShortAnswers {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private ShortAnswers() {}

    /** What is asked on one. */
    interface Question<T> {
        T ask() throws SQLException;
    }

    static <T> T on(Connection connection, Question<T> question) throws SQLException {
        NetworkPatience shorter = NetworkPatience.of(connection, PATIENCE);
        try {
            return question.ask();
        } finally {
            shorter.end();
        }
    }
}
