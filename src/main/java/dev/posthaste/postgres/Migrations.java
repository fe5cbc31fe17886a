package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.changelog.RanChangeSet;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date, by Liquibase. Several nodes may start at once: whoever comes second waits at a lock that
 * the database gives back by itself when its holder dies, which Liquibase's own does not.
 */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final String CHANGELOG = "db/changelog.xml";
    private static final int OLDEST_SERVER = 130_000;
    private static final String LOCK = "hashtextextended('posthaste migrations', 0)";

    private Migrations() {}

    /**
     * Brings the database's schema up to date.
     *
     * @throws DatabaseUnusableException when it cannot be reached, is too old, a migration fails, or a newer build has
     *     changed the schema
     */
    public static void run(DatabaseTarget target) {
        SchemaFingerprint ours = SchemaFingerprint.of(CHANGELOG);
        try (Connection lock = connect(target)) {
            refuseOldServer(lock);
            verifySessions(target, lock);
            execute(lock, "select pg_advisory_lock(" + LOCK + ")");
            Changelog.takeOver(lock);
            if (!ours.isOn(lock)) {
                try (Connection connection = connect(target)) {
                    update(connection);
                }
                ours.put(lock);
            }
            LOG.info("The database's schema is up to date");
        } catch (SQLException e) {
            throw new DatabaseUnusableException(
                    "The database (" + target + ") cannot be used: " + e.getMessage()
                            + " Look at POSTHASTE_DATABASE_URL, its user and its password.",
                    e);
        } catch (LiquibaseException e) {
            throw new DatabaseUnusableException(
                    "The schema of the database (" + target + ") could not be brought up to date: " + e.getMessage(),
                    e);
        }
    }

    private static void verifySessions(DatabaseTarget target, Connection lock) throws SQLException {
        try (Connection other = connect(target)) {
            SessionSettings.verify(lock, other);
        }
    }

    private static void update(Connection connection) throws LiquibaseException {
        // Liquibase would tell its makers about each run.
        System.setProperty("liquibase.analytics.enabled", "false");
        try {
            Scope.child(Scope.Attr.ui, new LoggerUIService(), () -> {
                Database database =
                        DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
                database.setDatabaseChangeLogTableName(Changelog.TABLE);
                database.setDatabaseChangeLogLockTableName(Changelog.LOCK_TABLE);
                Liquibase liquibase = new Liquibase(CHANGELOG, new ClassLoaderResourceAccessor(), database);
                // We hold the lock that counts: that of Liquibase, in a table of ours, was left behind by a process
                // that died.
                liquibase.forceReleaseLocks();
                liquibase.setShowSummary(UpdateSummaryEnum.OFF);
                refuseNewerSchema(liquibase);
                liquibase.update(new Contexts(), new LabelExpression());
            });
        } catch (LiquibaseException | DatabaseUnusableException e) {
            throw e;
        } catch (Exception e) {
            throw new LiquibaseException(e.getMessage(), e);
        }
    }

    /** What a newer build has changed an older one does not know: it would fail on any call, or write what nobody reads. */
    private static void refuseNewerSchema(Liquibase liquibase) throws LiquibaseException {
        String unknown = liquibase.listUnexpectedChangeSets(new Contexts(), new LabelExpression()).stream()
                .map(RanChangeSet::getId)
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            throw new DatabaseUnusableException("A newer build has changed the schema of the database (" + unknown
                    + "), and this one does not start on it. Start that build, or one that is newer still; to go back to"
                    + " this one, restore a backup from before.");
        }
    }

    private static void refuseOldServer(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select current_setting('server_version_num')::int, current_setting('server_version')")) {
            row.next();
            if (row.getInt(1) < OLDEST_SERVER) {
                throw new DatabaseUnusableException(
                        "The database is PostgreSQL " + row.getString(2) + "; Posthaste needs 13 or newer.");
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(DatabaseTarget target) throws SQLException {
        Properties properties = new Properties();
        if (target.user() != null) {
            properties.setProperty("user", target.user());
        }
        if (target.password() != null) {
            properties.setProperty("password", target.password());
        }
        properties.setProperty("ApplicationName", "posthaste-migrations");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("logServerErrorDetail", "false");
        Connection connection = DriverManager.getConnection(target.jdbcUrl(), properties);
        try {
            // Whoever waits for the lock, or holds it, idles in no transaction.
            execute(connection, new SessionSettings(Map.of()).statement());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
