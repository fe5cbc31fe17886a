package dev.posthaste.ops;

import java.sql.Connection;
import java.sql.SQLException;

/** Connections whose answers are waited for no longer than somebody looks at a page of health. */
final class ShortAnswers {
    private static final int PATIENCE_MS = 3_000;

    private ShortAnswers() {}

    /** What is asked on one. */
    interface Question<T> {
        T ask() throws SQLException;
    }

    static <T> T on(Connection connection, Question<T> question) throws SQLException {
        int usualMs = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, PATIENCE_MS);
        try {
            return question.ask();
        } finally {
            // On a session that has ended this has no effect.
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, usualMs);
            }
        }
    }
}
