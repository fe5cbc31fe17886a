package dev.posthaste.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.tomcat.jdbc.pool.DataSource;
import org.apache.tomcat.jdbc.pool.PoolProperties;

/** A contestant's database behind a connection pool, the one that Dropwizard has. Thread-safe. */
final class PooledDatabase implements AutoCloseable {
    private static final int CONNECTIONS = 110;

    private final String name;
    private final String url;
    private final DataSource pool;

    PooledDatabase(String name, String url) {
        this.name = name;
        this.url = url;
        PoolProperties properties = new PoolProperties();
        properties.setUrl(url);
        properties.setDriverClassName("org.postgresql.Driver");
        properties.setMaxActive(CONNECTIONS);
        properties.setMaxIdle(CONNECTIONS);
        properties.setInitialSize(4);
        properties.setMinIdle(4);
        properties.setJdbcInterceptors("ConnectionState");
        properties.setDefaultAutoCommit(true);
        this.pool = new DataSource(properties);
    }

    String name() {
        return name;
    }

    String url() {
        return url;
    }

    javax.sql.DataSource pool() {
        return pool;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The single number that the query gives. */
    long number(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The numbers of the query's only column. */
    List<Double> numbers(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<Double> all = new ArrayList<>();
            while (row.next()) {
                all.add(row.getDouble(1));
            }
            return all;
        }
    }

    @Override
    public void close() {
        pool.close(true);
    }
}
