package dev.posthaste.postgres;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.postgresql.Driver;

/**
 * The connections of a node, in three pools and one by itself: a flood of API calls takes none of the scheduler's, and who checks in shares
 * with nobody. How long is waited for a connection, a lock, a statement and an answer is bounded by the settings.
 */
public final class ConnectionPools implements AutoCloseable {
    private static final io.dropwizard.util.Duration WAIT_FOR_CONNECTION = io.dropwizard.util.Duration.seconds(5);

    /**
     * Plans that are made once for each connection: where a group is a handful of jobs, planning for each execution costs
     * as much as executing. Such a plan must be right whatever the planner knew when it made it, usually that the tables
     * are empty or that nothing is pending. So statements on these connections leave it one way only. What they are given
     * is looked up by key, row by row, by {@code cross join lateral (... offset 0)} or by {@code = any (?)}. What is to
     * come in order is read in order, without bitmaps, which read all that there is to sort it.
     */
    private static final Map<String, String> KEPT_PLANS =
            Map.of("plan_cache_mode", "force_generic_plan", "enable_seqscan", "off", "enable_bitmapscan", "off");

    /** For a connection that was not used for a while to say that it is still one. */
    private static final Duration CHECK_PATIENCE = Duration.ofSeconds(3);

    /** The thread that checks in is one. */
    static final int FOR_CHECK_INS = 1;

    /** The session that stands for the node. */
    static final int FOR_PRESENCE = 1;

    /**
     * Fails where nothing can be written: behind an address that moved on, a server that is no primary any more still answers
     * everything else, and its connections would be kept.
     */
    public static final String IS_WRITABLE = "select " + ConnectionPools.WRITABLE;

    private static final String WRITABLE = "1 / (1 - current_setting('transaction_read_only')::boolean::int)";

    private final DatabaseTarget target;
    private final DatabaseConfig config;
    private final MetricRegistry metrics;
    private final String sessionName;
    private final Duration checkInPatience;
    private final String whoChecksIn;
    private final ManagedDataSource api;
    private final ManagedDataSource scheduler;
    private final ManagedDataSource checkIns;

    /** The same, where those who check in wait for the network as long as others do. */
    public ConnectionPools(DatabaseTarget target, DatabaseConfig config, String sessionName, MetricRegistry metrics) {
        this(target, config, sessionName, config.socketTimeout(), metrics);
    }

    /**
     * Makes the pools; a connection is opened when the first one is asked for.
     *
     * @param checkInPatience how long who checks in waits for an answer, in whole seconds, unless the transaction sets a time
     *     of its own: a connection that nothing comes back on must not cost the node its lease
     * @param sessionName what the database calls the sessions ({@code application_name}), in 63 bytes of ASCII at most, unless
     *     the URL of the database says something else
     */
    public ConnectionPools(
            DatabaseTarget target,
            DatabaseConfig config,
            String sessionName,
            Duration checkInPatience,
            MetricRegistry metrics) {
        this.target = target;
        this.sessionName = sessionName;
        this.config = config;
        this.metrics = metrics;
        this.checkInPatience = checkInPatience;
        this.api = pool("api", config.apiConnections(), config.socketTimeout(), Map.of(), WRITABLE);
        this.scheduler = pool("scheduler", config.schedulerConnections(), config.socketTimeout(), KEPT_PLANS, WRITABLE);
        // A node that stood still while a newer build changed the schema must not get its lease again.
        this.whoChecksIn =
                WRITABLE + ", " + SchemaLevel.mustAdmit(BuildMigrations.read().level());
        this.checkIns = pool("check-in", FOR_CHECK_INS, checkInPatience, KEPT_PLANS, whoChecksIn);
    }

    /** For what clients ask for, and for upkeep. */
    public DataSource api() {
        return api;
    }

    /** For what a node does again and again: claiming, completing, and accepting in groups. Its plans are kept. */
    public DataSource scheduler() {
        return scheduler;
    }

    /** One connection, with kept plans, for the one thread that checks in. */
    public DataSource checkIns() {
        return checkIns;
    }

    /**
     * A session of its own, in no pool, with kept plans and in autocommit mode; its caller closes it. It waits for the network
     * as long as who checks in.
     */
    public Connection openSession() throws SQLException {
        Properties properties = new Properties();
        properties.putAll(properties(checkInPatience));
        if (target.user() != null) {
            properties.setProperty("user", target.user());
        }
        if (target.password() != null) {
            properties.setProperty("password", target.password());
        }
        Connection connection = new Driver().connect(target.jdbcUrl(), properties);
        if (connection == null) {
            throw new SQLException("The database's URL is none of PostgreSQL's");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(settings(KEPT_PLANS).statement());
            return connection;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Asks what is asked of the pool of those who check in too: whether it can be written, and this build works on the schema.
     *
     * @throws SQLException when not
     */
    public void mustServeWhoChecksIn(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("select " + whoChecksIn);
        }
    }

    /**
     * How a pool is used.
     *
     * @param waiting threads that wait for a connection
     */
    public record Use(int active, int idle, int waiting) {
        private static Use of(ManagedDataSource pool) {
            return pool instanceof DataSourceProxy known
                    ? new Use(known.getActive(), known.getIdle(), known.getWaitCount())
                    : new Use(0, 0, 0);
        }
    }

    /** How they are used now, by their names. Waits for nobody. */
    public Map<String, Use> use() {
        return Map.of("api", Use.of(api), "scheduler", Use.of(scheduler), "check-in", Use.of(checkIns));
    }

    @Override
    public void close() {
        try {
            api.stop();
            scheduler.stop();
            checkIns.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the connection pools could not be closed", e);
        }
    }

    private ManagedDataSource pool(
            String name, int size, Duration networkPatience, Map<String, String> own, String demands) {
        DataSourceFactory factory = new DataSourceFactory();
        factory.setDriverClass("org.postgresql.Driver");
        factory.setUrl(target.jdbcUrl());
        factory.setUser(target.user());
        factory.setPassword(target.password());
        factory.setProperties(properties(networkPatience));
        String question = "select " + demands;
        String opening = settings(own).statement() + ", " + demands;
        // The check below executes both itself; without them the pool would not ask it.
        factory.setInitializationQuery(opening);
        factory.setInitialSize(0);
        factory.setMinSize(1);
        factory.setMaxSize(size);
        factory.setMaxWaitForConnection(WAIT_FOR_CONNECTION);
        factory.setValidationQuery(question);
        factory.setCheckConnectionOnBorrow(true);
        // What somebody has used just now is asked nothing, so that a busy node pays nothing; what has idled is.
        factory.setValidationInterval(io.dropwizard.util.Duration.milliseconds(500));
        factory.setCheckConnectionWhileIdle(true);
        factory.setAutoCommitByDefault(true);
        ManagedDataSource pool = factory.build(metrics, name);
        if (pool instanceof DataSourceProxy settings) {
            settings.setValidator(new ConnectionCheck(
                    opening,
                    question,
                    Math.toIntExact(Math.min(CHECK_PATIENCE.toMillis(), networkPatience.toMillis())),
                    settings::purge));
            // Wraps each statement and each result to compare them by their delegates: reflection for every column of
            // every row, and nobody compares statements here.
            settings.setUseStatementFacade(false);
        }
        return pool;
    }

    private SessionSettings settings(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("lock_timeout", String.valueOf(config.lockTimeout().toMillis()));
        settings.put(
                "statement_timeout", String.valueOf(config.statementTimeout().toMillis()));
        return new SessionSettings(settings);
    }

    private Map<String, String> properties(Duration networkPatience) {
        Map<String, String> properties = new HashMap<>();
        properties.put("ApplicationName", sessionName);
        properties.put("connectTimeout", seconds(config.connectTimeout(), networkPatience));
        properties.put("socketTimeout", seconds(config.socketTimeout(), networkPatience));
        properties.put("tcpKeepAlive", "true");
        // A detail shows rows, in which there may be what nobody is to see in a log.
        properties.put("logServerErrorDetail", "false");
        return properties;
    }

    /** The shorter one; at least one, because none would be for ever. */
    private static String seconds(Duration one, Duration other) {
        return String.valueOf(Math.max(1, Math.min(one.toSeconds(), other.toSeconds())));
    }
}
