package dev.posthaste;

import com.codahale.metrics.health.HealthCheckRegistry;
import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditReader;
import dev.posthaste.cli.ConfigCheckCommand;
import dev.posthaste.cli.DbCommand;
import dev.posthaste.cli.Listeners;
import dev.posthaste.cli.LoginLinkCommand;
import dev.posthaste.cli.ReceiveCommand;
import dev.posthaste.cli.SecretKeyCommand;
import dev.posthaste.cli.ServeCommand;
import dev.posthaste.cli.StrictConfigurationFactory;
import dev.posthaste.cli.TeamCommand;
import dev.posthaste.cli.TokenCommand;
import dev.posthaste.edge.AdminGuard;
import dev.posthaste.edge.AdminIndex;
import dev.posthaste.edge.ConnectionRoom;
import dev.posthaste.edge.Edge;
import dev.posthaste.egress.Cidr;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.mail.NoMailServer;
import dev.posthaste.mail.SmtpSender;
import dev.posthaste.mail.SmtpSettings;
import dev.posthaste.oneshots.InstanceName;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.ops.DatabaseHealthCheck;
import dev.posthaste.ops.DiskHealthCheck;
import dev.posthaste.ops.DrainTask;
import dev.posthaste.ops.EndedSessions;
import dev.posthaste.ops.LeaseHealthCheck;
import dev.posthaste.ops.LogLevelTask;
import dev.posthaste.ops.NodesTask;
import dev.posthaste.ops.OverdueHealthCheck;
import dev.posthaste.ops.PauseTask;
import dev.posthaste.ops.RefusingTask;
import dev.posthaste.ops.RestoreHold;
import dev.posthaste.ops.ResumeTask;
import dev.posthaste.ops.Retention;
import dev.posthaste.ops.RetentionTask;
import dev.posthaste.ops.SchedulerHealthCheck;
import dev.posthaste.ops.TaskAnswers;
import dev.posthaste.ops.TeamTask;
import dev.posthaste.ops.ThreadsHealthCheck;
import dev.posthaste.ops.TokenActions;
import dev.posthaste.ops.TokenTask;
import dev.posthaste.ops.TraceTask;
import dev.posthaste.ops.VerifyTask;
import dev.posthaste.postgres.DatabaseUnusableException;
import dev.posthaste.postgres.JoiningNode;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.prometheus.AttemptMetrics;
import dev.posthaste.prometheus.PrometheusPage;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.redaction.Masks;
import dev.posthaste.signing.InstallationDao;
import dev.posthaste.signing.KeyFile;
import dev.posthaste.signing.KeyRing;
import dev.posthaste.signing.SecretKey;
import dev.posthaste.signing.SigningSecrets;
import dev.posthaste.sql.FreshPlans;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.teams.LastUses;
import dev.posthaste.teams.LoginLinks;
import dev.posthaste.teams.SessionDao;
import dev.posthaste.teams.Sessions;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.TokenDao;
import dev.posthaste.teams.TokenSecret;
import dev.posthaste.teams.Tokens;
import dev.posthaste.web.Api;
import dev.posthaste.web.ApiDescription;
import dev.posthaste.web.Health;
import dev.posthaste.web.http.BodyLimits;
import dev.posthaste.web.http.FailedAuthentications;
import dev.posthaste.web.http.PingLimits;
import dev.posthaste.web.input.PushRules;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.ServerLifecycleListener;
import io.dropwizard.servlets.tasks.Task;
import jakarta.servlet.DispatcherType;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server: says what exists and who gets what, and nothing else. */
public final class Posthaste extends Application<PosthasteConfiguration> {
    private static final Logger LOG = LoggerFactory.getLogger(Posthaste.class);
    private static final Duration KEY_EVERY = Duration.ofSeconds(10);
    private static final Duration LAST_USES_EVERY = Duration.ofSeconds(10);
    private static final Duration SESSIONS_EVERY = Duration.ofMinutes(10);

    /** The embedded database writes up to 4 GiB ahead (max_wal_size). */
    private static final long FEW_BYTES = 5L * 1024 * 1024 * 1024;

    private final StopSignals signals;

    /** A server that hears of no signals, because the process is somebody else's. */
    public Posthaste() {
        this(listener -> {});
    }

    private Posthaste(StopSignals signals) {
        this.signals = signals;
    }

    /** Runs a command; {@code server config.yml} starts the server. */
    public static void main(String[] arguments) throws Exception {
        new Posthaste(new ProcessSignals()).run(arguments);
    }

    @Override
    public String getName() {
        return "posthaste";
    }

    @Override
    public void initialize(Bootstrap<PosthasteConfiguration> bootstrap) {
        bootstrap.setConfigurationFactoryFactory(StrictConfigurationFactory::new);
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
                bootstrap.getConfigurationSourceProvider(), new QuotedEnvironment(System.getenv()).substitutor()));
    }

    @Override
    protected void addDefaultCommands(Bootstrap<PosthasteConfiguration> bootstrap) {
        bootstrap.addCommand(new ServeCommand<>(this));
        bootstrap.addCommand(new ConfigCheckCommand<>(this));
        bootstrap.addCommand(new TokenCommand<>(PosthasteConfiguration.class, PosthasteConfiguration::database));
        bootstrap.addCommand(new LoginLinkCommand<>(
                PosthasteConfiguration.class, PosthasteConfiguration::database, PosthasteConfiguration::ownUrl));
        bootstrap.addCommand(new TeamCommand<>(
                PosthasteConfiguration.class,
                PosthasteConfiguration::database,
                jdbi -> Services.teams(jdbi, new OneShots(Node.SCHEDULER_NAME), Actor.COMMAND_LINE)));
        bootstrap.addCommand(new DbCommand<>(
                PosthasteConfiguration.class,
                PosthasteConfiguration::database,
                jdbi -> new RestoreHold(jdbi, new OneShots(Node.SCHEDULER_NAME)),
                jdbi -> Services.release(jdbi, new OneShots(Node.SCHEDULER_NAME), Actor.COMMAND_LINE)));
        bootstrap.addCommand(new SecretKeyCommand<>(
                PosthasteConfiguration.class, PosthasteConfiguration::database, PosthasteConfiguration::secretKey));
        bootstrap.addCommand(new ReceiveCommand());
    }

    @Override
    public void run(PosthasteConfiguration config, Environment environment) {
        List<Cidr> allowed = EgressRules.parseAllowed(config.delivery().egressAllow());
        InstanceName instance = InstanceName.unused();
        OpenDatabase database = OpenDatabase.forServer(
                config.database(),
                new JoiningNode(
                        instance.text(),
                        instance.sessions(),
                        ProductVersion.read().number()),
                config.delivery().checkInPatience(),
                environment.metrics());
        try {
            assemble(config, environment, instance, database, allowed);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private void assemble(
            PosthasteConfiguration config,
            Environment environment,
            InstanceName instance,
            OpenDatabase database,
            List<Cidr> allowed) {
        Listeners listeners = Listeners.of(config.getServerFactory());
        EgressRules egress =
                new EgressRules(allowed, listeners.ports(), database.target().endpoints());
        ProductVersion version = ProductVersion.read();
        Jdbi jdbi = KnownCommit.database(new FreshPlans(database.pools().api()));
        KeyRing keys = keyRing(config, jdbi);
        Masks masks = checkKeys(keys, jdbi);
        SmtpSettings smtp = config.alerts().smtp().settings();
        PrometheusPage page = new PrometheusPage();
        Node node = new Node(
                instance,
                database,
                config.delivery(),
                config.memory(),
                config.intake().limits(),
                egress,
                keys,
                masks,
                smtp == null ? new NoMailServer() : new SmtpSender(smtp, InstantSource.system()),
                config.retention().stats(),
                new AttemptMetrics(page),
                version.userAgent());
        Tokens tokens = new Tokens(jdbi, new SecureRandom());
        Teams teams = new Teams(jdbi, new TeamDao());
        LastUses uses = new LastUses(node.clock(), new TokenDao());
        node.upkeep().repeat("installation's key", KEY_EVERY, keys::open);
        node.upkeep().repeat("tokens' last uses", LAST_USES_EVERY, uses::write);
        node.upkeep().repeat("ended sessions", SESSIONS_EVERY, new EndedSessions(new SessionDao()));
        Services services = new Services(jdbi, node.oneShots(), masks);
        Retention retention = services.retention(
                config.retention(), node.clock(), node.recurring().removal());
        node.keep(retention);
        node.operate(services.operationRunner());
        DatabaseHealthCheck databaseHealth =
                new DatabaseHealthCheck(database.pools().api(), database::trouble, node::databaseAnswers);

        environment.lifecycle().addEventListener(new UnfinishedStart(database));
        environment
                .lifecycle()
                .addEventListener(new Edge(
                        config.callers().rules(),
                        ConnectionRoom.ofThisProcess(
                                config.database().connections(),
                                config.delivery().allSlots(),
                                ConnectorBounds.of(config.getServerFactory()).maxHeadBytes()),
                        () -> !node.duty().isOpen()));
        Stopping stopping = new Stopping(
                node.duty(),
                node.scheduler()::inFlight,
                node.stopTime(),
                config.delivery().announceStop());
        environment.lifecycle().addEventListener(stopping);
        signals.tell(stopping);
        environment.lifecycle().manage(node);
        environment.lifecycle().addServerLifecycleListener(new StartedLine(version, node));
        environment
                .lifecycle()
                .addServerLifecycleListener(new HeldLine(database.pools().api()));
        environment.healthChecks().register("database", databaseHealth);
        registerChecks(config, environment, database, node);
        environment
                .admin()
                .addFilter("names of the admin port", new AdminGuard(config.adminHosts()))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        environment
                .admin()
                .addFilter("answers of tasks", new TaskAnswers())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/tasks/*");
        List<Task> tasks = List.of(
                new LogLevelTask(),
                new PauseTask(node.duty()),
                new ResumeTask(node.duty()),
                new DrainTask(node.duty(), node.scheduler()),
                new NodesTask(
                        database.pools().api(),
                        node.oneShots(),
                        node.scheduler().instance(),
                        node.duty()),
                new RetentionTask(node.upkeep(), retention),
                new VerifyTask(node.upkeep(), node.verification()),
                new TraceTask(node.oneShots().trace(), teams, new QueueReader(jdbi)),
                new TokenTask(new TokenActions(tokens, node.clock(), Actor.ADMIN_PORT)),
                new TeamTask(Services.teams(jdbi, node.oneShots(), Actor.ADMIN_PORT)));
        tasks.forEach(task -> environment.admin().addTask(new RefusingTask(task)));
        // Its path is that page and no other: all others stay Dropwizard's.
        environment
                .admin()
                .addServlet(
                        "index",
                        new AdminIndex(
                                version.number(),
                                tasks.stream().map(Task::getName).toList()))
                .addMapping("");
        Gauges.register(environment.metrics(), node);
        PrometheusMetrics.register(page, environment.metrics(), node, services::replayed);
        environment.admin().addServlet("prometheus", page.servlet()).addMapping("/prometheus");
        ((AbstractServerFactory) config.getServerFactory()).setRegisterDefaultExceptionMappers(false);
        BodyLimits limits = new BodyLimits(
                config.intake().maxRequestBytes(),
                config.intake().maxBatchBytes(),
                config.callers().minBytesPerSecond());
        new Api(
                        new Api.Access(
                                tokens,
                                teams,
                                new Sessions(jdbi, new SecureRandom()),
                                new FailedAuthentications(config.failedAuthenticationsPerMinute()),
                                uses,
                                new PingLimits(config.failedAuthenticationsPerMinute()),
                                config.dashboard().enabled()),
                        node.intake(),
                        services.jobs(),
                        services.queues(),
                        services.overview(),
                        services.crons(node.recurring(), config.publicUrl()),
                        services.alerts(smtp != null),
                        new Health(
                                () -> databaseHealth.execute().isHealthy()
                                        && node.neededThreads().ended().isEmpty()
                                        && !node.scheduler().isHeldUp()
                                        && node.scheduler().isMember(),
                                node.readiness()::isAlive,
                                node.readiness()::isPaused,
                                node.readiness()::obstacles),
                        new PushRules(node.clock(), config.intake().maxHorizon(), limits),
                        new Api.Memory(config.memory().intake(), config.memory().reading()),
                        new SigningSecrets(jdbi, keys, new SecureRandom()),
                        new AuditReader(jdbi))
                .register(environment);
        new ApiDescription(version.number()).register(environment.jersey());
        prepareToken(config, environment, tokens, new LoginLinks(jdbi, new SecureRandom()), egress);
        if (config.delivery().proxy() != null) {
            LOG.info(
                    "Jobs, callbacks and alerts reach nothing except through the proxy {}",
                    config.delivery().proxy());
        }
        if (!allowed.isEmpty()) {
            LOG.info("Jobs may reach {} although these are not public (POSTHASTE_EGRESS_ALLOW)", allowed);
        }
    }

    private static void registerChecks(
            PosthasteConfiguration config, Environment environment, OpenDatabase database, Node node) {
        HealthCheckRegistry checks = environment.healthChecks();
        checks.register("scheduler", new SchedulerHealthCheck(node.scheduler(), node.duty()));
        checks.register("lease", new LeaseHealthCheck(node.scheduler()));
        checks.register("threads", new ThreadsHealthCheck(node.neededThreads()));
        checks.register(
                "overdue",
                new OverdueHealthCheck(database.pools().api(), node.oneShots(), node.clock(), node::databaseAnswers));
        if (!config.database().isGiven()) {
            checks.register("disk", new DiskHealthCheck(config.database().dataDir(), FEW_BYTES));
        }
    }

    /** Of the key that is configured, or else of the one beside the embedded database. Says which one it is. */
    private static KeyRing keyRing(PosthasteConfiguration config, Jdbi jdbi) {
        SecureRandom random = new SecureRandom();
        if (!config.secretKey().isBlank()) {
            SecretKey key = SecretKey.parse(config.secretKey());
            LOG.info("Signing secrets are sealed under the configured secret key, {}", key.fingerprint());
            return new KeyRing(List.of(key), random);
        }
        if (config.database().isGiven()) {
            LOG.info("No secret key is configured (POSTHASTE_SECRET_KEY): teams can have no signing secrets");
            return new KeyRing(List.of(), random);
        }
        KeyFile file = new KeyFile(config.database().dataDir());
        LOG.info("Signing secrets are sealed under the secret key in {}, as none is configured", file);
        KeyRing found = new KeyRing(file.read(), random);
        // Where something is sealed a new key would be of no use, and be taken for one that is.
        return isSealed(found, jdbi) ? found : new KeyRing(file.readOrMake(random), random);
    }

    /** A node that could not sign what should be signed does not start; what masks are made with is there always. */
    private static Masks checkKeys(KeyRing keys, Jdbi jdbi) {
        try (Handle handle = jdbi.open()) {
            keys.check(handle.getConnection());
            return new Masks(new InstallationDao().redactionKey(handle.getConnection()));
        } catch (SQLException e) {
            throw new DatabaseUnusableException("The secret key could not be checked: " + e.getMessage(), e);
        }
    }

    private static boolean isSealed(KeyRing keys, Jdbi jdbi) {
        try (Handle handle = jdbi.open()) {
            return keys.fingerprintInUse(handle.getConnection()).isPresent();
        } catch (SQLException e) {
            throw new DatabaseUnusableException("The secret key could not be checked: " + e.getMessage(), e);
        }
    }

    private static void prepareToken(
            PosthasteConfiguration config,
            Environment environment,
            Tokens tokens,
            LoginLinks links,
            EgressRules egress) {
        DashboardConfig dashboard = config.dashboard();
        TokenSecret configured = config.apiToken().isBlank() ? null : new TokenSecret(config.apiToken());
        SignInLink link = new SignInLink(links, System.out, config.ownUrl(), configured);
        if (configured == null) {
            boolean reachesThisMachine = egress.refusal(InetAddress.getLoopbackAddress(), FirstToken.RECEIVER_PORT)
                    .isEmpty();
            boolean isShownOnce = dashboard.enabled() && !dashboard.printLoginLink();
            ServerLifecycleListener further = isShownOnce ? link : server -> {};
            environment
                    .lifecycle()
                    .addServerLifecycleListener(new FirstToken(tokens, System.out, reachesThisMachine, further));
        } else if (!tokens.ensure(configured)) {
            LOG.warn("The token in POSTHASTE_API_TOKEN was revoked and stays so: calls with it are refused");
        }
        if (dashboard.printLoginLink()) {
            environment.lifecycle().addServerLifecycleListener(link);
        }
    }
}
