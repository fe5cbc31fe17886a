package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
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
 * the database gives back by itself when its holder dies, which Liquibase's own does not. The session that migrates holds
 * one of its own as well: the other one idles meanwhile, which a firewall or a pooler may end it for.
 */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final int OLDEST_SERVER = 130_000;
    private static final String FOR_EVER = "0";
    private static final String LOCK = "hashtextextended('posthaste migrations', 0)";
    private static final String LOCK_OF_WHO_MIGRATES = "hashtextextended('posthaste migrations under way', 0)";

    /** For a session that has idled to say that it is still there. */
    private static final int ANSWER_SECONDS = 10;

    /** Whoever works on a table makes a migration wait for him, and it everybody who comes after: so it waits shortly. */
    private static final String LOCK_PATIENCE_MS = "2000";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int TRIES = 30;
    private static final long PAUSE_MS = 1_000;

    private Migrations() {}

    /**
     * Brings the database's schema up to date, unless a newer build has, and leaves it to this one as well.
     *
     * @throws DatabaseUnusableException when it cannot be reached, is too old, a migration fails, the schema does not take this
     *     build any more, or nodes are at work that could not go on after a migration
     */
    public static void run(DatabaseTarget target) {
        run(target, ignored -> {});
    }

    /** The same for a node, which the database knows from then on. */
    static void run(DatabaseTarget target, JoiningNode node) {
        int level = BuildMigrations.read().level();
        run(target, connection -> node.declare(connection, level));
    }

    private interface Then {
        void run(Connection connection) throws SQLException;
    }

    private static void run(DatabaseTarget target, Then then) {
        try {
            while (!isRun(target, then)) {
                LOG.warn(
                        "The session that keeps other nodes from migrating was ended while this one migrated, such as by a"
                                + " firewall or a pooler that ends what idles. Its migrations have ended, and are looked at again");
            }
        } catch (SQLException e) {
            throw new DatabaseUnusableException(
                    "The database (" + target + ") cannot be used: " + e.getMessage()
                            + " Look at POSTHASTE_DATABASE_URL, its user and its password.",
                    e);
        } catch (LiquibaseException e) {
            throw new DatabaseUnusableException(
                    "The schema of the database (" + target + ") could not be brought up to date: " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnusableException("The schema was not brought up to date: this was interrupted.", e);
        }
    }

    /** False when it has migrated and cannot say so, because the lock's session was ended meanwhile. */
    private static boolean isRun(DatabaseTarget target, Then then)
            throws SQLException, LiquibaseException, InterruptedException {
        BuildMigrations ours = BuildMigrations.read();
        try (Connection lock = connect(target)) {
            refuseOldServer(lock);
            verifySessions(target, lock);
            execute(lock, "select pg_advisory_lock(" + LOCK + ")");
            Changelog.takeOver(lock);
            Set<String> seen = Changelog.seen(lock);
            List<String> unknown = ours.unknown(seen);
            admit(lock, ours, unknown);
            if (!unknown.isEmpty()) {
                joinNewer(ours, seen, unknown);
            } else if (!ours.fingerprint().isOn(lock) && !isBroughtUpToDate(target, ours, seen, lock)) {
                return false;
            }
            then.run(lock);
            return true;
        }
    }

    /** Also where a newer build has not come further than to have older ones refused. */
    private static void admit(Connection lock, BuildMigrations ours, List<String> unknown) throws SQLException {
        Optional<SchemaLevel> schema = SchemaLevel.read(lock);
        if (schema.isPresent()) {
            schema.get().admit(ours.level(), unknown);
        } else if (!unknown.isEmpty()) {
            new SchemaLevel(0, ours.level() + 1).admit(ours.level(), unknown);
        }
    }

    /** What a newer build has changed an older one does not know; that build has said that it can do without. */
    private static void joinNewer(BuildMigrations ours, Set<String> seen, List<String> unknown) {
        List<Migration> pending = ours.pending(seen);
        if (!pending.isEmpty()) {
            throw new DatabaseUnusableException("The database has seen migrations that this build does not know ("
                    + String.join(", ", unknown) + "), and not all of its own (" + names(pending)
                    + "): neither is the older one. Start the build that has both.");
        }
        LOG.info(
                "A newer build has changed the database's schema ({}), and this one, of level {}, may work on it",
                String.join(", ", unknown),
                ours.level());
    }

    private static boolean isBroughtUpToDate(
            DatabaseTarget target, BuildMigrations ours, Set<String> seen, Connection lock)
            throws SQLException, LiquibaseException, InterruptedException {
        List<Migration> pending = ours.pending(seen);
        int needs = pending.stream().mapToInt(Migration::needs).max().orElse(0);
        if (!target.isSole()) {
            refuseUnderOlderMembers(lock, needs, seen, pending);
        }
        SchemaLevel.refuseBelow(lock, needs);
        migrate(target);
        if (!lock.isValid(ANSWER_SECONDS)) {
            return false;
        }
        // By all of them: some may have been done by somebody who did not come so far as to say it.
        SchemaLevel.refuseBelow(lock, ours.needs());
        SchemaLevel.reach(lock, ours.level());
        ours.fingerprint().put(lock);
        LOG.info("The database's schema is up to date, at level {}", ours.level());
        return true;
    }

    private static void refuseUnderOlderMembers(Connection lock, int needs, Set<String> seen, List<Migration> pending)
            throws SQLException, InterruptedException {
        if (needs == 0 || seen.isEmpty()) {
            return;
        }
        List<String> living = new OlderMembers(lock, needs, levelBeforeLevels(seen), System::nanoTime).living();
        if (!living.isEmpty()) {
            List<Migration> contracting =
                    pending.stream().filter(Migration::contracts).toList();
            throw new DatabaseUnusableException("Nodes of an older build are at work on this database: "
                    + String.join(", ", living) + ". They could not go on after this build's migrations ("
                    + names(contracting)
                    + "), so nothing was changed. Stop them, or replace them one after the other by a"
                    + " build of level " + needs + " first; then start this one again.");
        }
    }

    /** A node that tells no level is of the build that has made the schema what it was before levels. */
    private static int levelBeforeLevels(Set<String> seen) {
        return seen.stream()
                .map(id -> id.replaceFirst("-.*", ""))
                .filter(number -> number.matches("\\d{4}"))
                .mapToInt(Integer::parseInt)
                .filter(number -> number <= BuildMigrations.LAST_BEFORE_LEVELS)
                .max()
                .orElse(0);
    }

    private static String names(List<Migration> migrations) {
        return migrations.stream().map(Migration::id).collect(Collectors.joining(", "));
    }

    /** Each migration is a transaction of its own: what was done before one that has to wait stays. */
    private static void migrate(DatabaseTarget target) throws SQLException, LiquibaseException, InterruptedException {
        for (int tries = 1; ; tries++) {
            try (Connection connection = connect(target)) {
                execute(connection, "select pg_advisory_lock(" + LOCK_OF_WHO_MIGRATES + ")");
                execute(connection, "set lock_timeout = " + LOCK_PATIENCE_MS);
                update(connection);
                return;
            } catch (LiquibaseException e) {
                if (tries == TRIES || !waitsForALock(e)) {
                    throw e;
                }
                LOG.warn("A migration waits for who works on its table, and is tried again: {}", e.getMessage());
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
    }

    private static boolean waitsForALock(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
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
                Liquibase liquibase =
                        new Liquibase(BuildMigrations.CHANGELOG, new ClassLoaderResourceAccessor(), database);
                // This session holds the lock that counts: that of Liquibase, in a table of ours, was left behind by a
                // process that died.
                liquibase.forceReleaseLocks();
                liquibase.setShowSummary(UpdateSummaryEnum.OFF);
                liquibase.update(new Contexts(), new LabelExpression());
            });
        } catch (LiquibaseException e) {
            throw e;
        } catch (Exception e) {
            throw new LiquibaseException(e.getMessage(), e);
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

    /** Waits for locks for ever. */
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
            // Liquibase reads its files in a transaction, which a busy machine takes its time for. An administrator's
            // limits are not for this either.
            execute(
                    connection,
                    new SessionSettings(Map.of(
                                    "lock_timeout",
                                    FOR_EVER,
                                    "statement_timeout",
                                    FOR_EVER,
                                    "idle_in_transaction_session_timeout",
                                    FOR_EVER))
                            .statement());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
