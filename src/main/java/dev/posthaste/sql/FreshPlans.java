package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.postgresql.PGConnection;

/**
 * A pool's connections for statements that must be planned for the tables and the values as they are: while one is out,
 * the driver keeps no statement prepared. A plan that was kept from when a table was empty would read all of it. Others
 * who share the pool and are better off with kept plans find the connection as it was. Thread-safe.
 */
public final class FreshPlans implements ConnectionFactory {
    private static final int NEVER = 0;

    private final DataSource pool;

    /** The same for all connections, because the pool opens them alike. */
    private volatile int usual;

    /** Takes connections of the pool, and gives them back. */
    public FreshPlans(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public Connection openConnection() throws SQLException {
        Connection connection = pool.getConnection();
        PGConnection settings = connection.unwrap(PGConnection.class);
        usual = settings.getPrepareThreshold();
        settings.setPrepareThreshold(NEVER);
        return connection;
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
        try (connection) {
            connection.unwrap(PGConnection.class).setPrepareThreshold(usual);
        }
    }
}
