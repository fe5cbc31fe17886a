package dev.posthaste.web;

import com.codahale.metrics.Gauge;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.audit.AuditReader;
import dev.posthaste.intake.Intake;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.overview.OverviewReader;
import dev.posthaste.signing.SigningSecrets;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.LastUses;
import dev.posthaste.teams.Sessions;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.Tokens;
import dev.posthaste.web.files.DashboardFiles;
import dev.posthaste.web.http.Authentication;
import dev.posthaste.web.http.AwaitedBodies;
import dev.posthaste.web.http.BearerAuthFilter;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.CallRooms;
import dev.posthaste.web.http.ErrorMappers;
import dev.posthaste.web.http.FailedAuthentications;
import dev.posthaste.web.http.IntakeLanes;
import dev.posthaste.web.http.JettyErrors;
import dev.posthaste.web.http.OptionsFilter;
import dev.posthaste.web.http.PingLimits;
import dev.posthaste.web.http.PingTurns;
import dev.posthaste.web.http.PrivateAnswers;
import dev.posthaste.web.http.ReadableTypes;
import dev.posthaste.web.http.RememberedTokens;
import dev.posthaste.web.http.ScopeFeature;
import dev.posthaste.web.http.SessionCookie;
import dev.posthaste.web.http.TokenCheck;
import dev.posthaste.web.http.UnreadBodies;
import dev.posthaste.web.input.ChannelSettingsReader;
import dev.posthaste.web.input.CronSettingsReader;
import dev.posthaste.web.input.DeadLetterSelection;
import dev.posthaste.web.input.EmptyBodies;
import dev.posthaste.web.input.JobChangeReader;
import dev.posthaste.web.input.JsonDocument;
import dev.posthaste.web.input.NewJobReader;
import dev.posthaste.web.input.NewTokenReader;
import dev.posthaste.web.input.OperationReader;
import dev.posthaste.web.input.PushRules;
import dev.posthaste.web.input.QueueSettingsReader;
import dev.posthaste.web.input.RequestFields;
import dev.posthaste.web.input.RotationReader;
import dev.posthaste.web.input.SignInReader;
import dev.posthaste.web.input.StatsQuery;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import org.glassfish.jersey.server.ServerProperties;

/** The HTTP API, put together. */
public final class Api {
    private static final Duration PING_PATIENCE = Duration.ofSeconds(5);

    private static final Duration TOKEN_REMEMBERED = Duration.ofSeconds(5);
    private static final long MAX_UNREAD_BYTES = 32L * 1024 * 1024;
    private static final Duration MAX_UNREAD = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SENDING_SLACK = Duration.ofSeconds(10);
    private static final Duration READING_SLACK = Duration.ofSeconds(30);

    /** Each holds a connection, and memory for what is on its way. */
    private static final int MAX_VIEWERS = 500;

    /** Of teams that are followed, read at a time: each has a connection to the database. */
    private static final int MAX_SNAPSHOTS = 4;

    private final Access access;
    private final Intake intake;
    private final JobServices jobs;
    private final QueueServices queues;
    private final OverviewReader overview;
    private final CronServices crons;
    private final AlertServices alerts;
    private final Health health;
    private final PushRules rules;
    private final Memory memory;
    private final SigningSecrets signing;
    private final AuditReader audit;

    /** What calls may hold: {@code intake} for the bodies that come in, {@code reading} for what goes out. */
    public record Memory(ByteBudget intake, ByteBudget reading) {}

    /**
     * Who gets in: {@code failures} and {@code pings} slow down who guesses, {@code uses} notes who came.
     *
     * @param hasPages whether there is a dashboard, and cookies of those who have signed in to it
     */
    public record Access(
            Tokens tokens,
            Teams teams,
            Sessions sessions,
            FailedAuthentications failures,
            LastUses uses,
            PingLimits pings,
            boolean hasPages) {}

    /** What the API offers stands behind these. */
    public Api(
            Access access,
            Intake intake,
            JobServices jobs,
            QueueServices queues,
            OverviewReader overview,
            CronServices crons,
            AlertServices alerts,
            Health health,
            PushRules rules,
            Memory memory,
            SigningSecrets signing,
            AuditReader audit) {
        this.access = access;
        this.intake = intake;
        this.jobs = jobs;
        this.queues = queues;
        this.overview = overview;
        this.crons = crons;
        this.alerts = alerts;
        this.health = health;
        this.rules = rules;
        this.memory = memory;
        this.signing = signing;
        this.audit = audit;
    }

    /** Adds it to the server. Dropwizard's own exception mappers must be off. */
    public void register(Environment environment) {
        JerseyEnvironment jersey = environment.jersey();
        jersey.property(ServerProperties.WADL_FEATURE_DISABLE, true);
        jersey.property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
        Tokens tokens = access.tokens();
        TokenCheck check = new TokenCheck(tokens, Duration.ZERO);
        Authentication authentication = new Authentication(check, access.sessions(), access.failures(), access.uses());
        SessionCookie cookie = new SessionCookie(jobs.masks().nameOfInstallation());
        registerResources(jersey, environment.getObjectMapper(), authentication, cookie);
        registerOverview(environment, authentication, cookie);
        if (access.hasPages()) {
            jersey.getResourceConfig().registerResources(DashboardFiles.resources());
        }
        BearerAuthFilter bearer = new BearerAuthFilter(
                authentication,
                check,
                new TokenCheck(tokens, TOKEN_REMEMBERED),
                access.hasPages() ? Optional.of(cookie) : Optional.empty());
        jersey.register(new AuthDynamicFeature(bearer));
        jersey.register(new ScopeFeature());
        jersey.register(new OptionsFilter(bearer));
        jersey.register(new RememberedTokens(tokens));
        jersey.register(new PrivateAnswers());
        jersey.register(new AuthValueFactoryProvider.Binder<>(ApiToken.class));
        ErrorMappers.register(jersey);
        // From the inside out: what is put aside holds no answer. A call gives back its rooms before what it has left
        // unread is waited for.
        addFilter(environment, "awaited bodies", new AwaitedBodies());
        addFilter(environment, "unread bodies", new UnreadBodies(MAX_UNREAD_BYTES, MAX_UNREAD));
        addFilter(
                environment,
                "rooms of calls",
                new CallRooms(PATIENCE, rules.limits().perSecond(), READING_SLACK));
        addFilter(environment, "readable types", new ReadableTypes());
        JettyErrors errors = new JettyErrors();
        environment.getApplicationContext().setErrorHandler(errors);
        environment.lifecycle().addServerLifecycleListener(server -> server.setErrorHandler(errors));
    }

    private void registerOverview(Environment environment, Authentication authentication, SessionCookie cookie) {
        Snapshots snapshots = new Snapshots(
                overview, jobs.masks(), environment.getObjectMapper().writerFor(OverviewAnswer.class));
        Viewers viewers = new Viewers(snapshots, authentication, MAX_VIEWERS);
        environment.lifecycle().addEventListener(viewers);
        viewers.follow(
                environment
                        .lifecycle()
                        .scheduledExecutorService("posthaste-viewers", true)
                        .threads(1)
                        .build(),
                environment
                        .lifecycle()
                        .executorService("posthaste-snapshots-%d")
                        .minThreads(MAX_SNAPSHOTS)
                        .maxThreads(MAX_SNAPSHOTS)
                        .allowCoreThreadTimeOut(true)
                        .build());
        Gauge<Integer> following = viewers::count;
        environment.metrics().gauge("posthaste.overview.viewers", () -> following);
        environment.jersey().register(new OverviewResource(snapshots, viewers, cookie));
    }

    private static void addFilter(Environment environment, String name, Filter filter) {
        FilterRegistration.Dynamic registration = environment.servlets().addFilter(name, filter);
        registration.setAsyncSupported(true);
        // The latter when a call is begun again because its body has come.
        registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
    }

    private void registerResources(
            JerseyEnvironment jersey, ObjectMapper answers, Authentication authentication, SessionCookie cookie) {
        Bodies bodies = new Bodies(new IntakeLanes(memory.intake()), rules.limits(), SENDING_SLACK);
        ReadingRoom reading = new ReadingRoom(memory.reading(), jobs.weight());
        JsonDocument json = new JsonDocument();
        RequestFields requests = new RequestFields(json, rules.clock(), rules.maxHorizon());
        EmptyBodies emptyBodies = new EmptyBodies(bodies, json);
        PushedJobs pushed = new PushedJobs(bodies, json, new NewJobReader(requests));
        jersey.register(new JobsResource(pushed, intake, jobs, reading));
        jersey.register(new SteeringResource(jobs, new JobChangeReader(json, requests), bodies, emptyBodies, reading));
        jersey.register(new DeadLettersResource(jobs, new DeadLetterSelection(json), bodies, reading));
        jersey.register(new DeadLetterGroupsResource(jobs, queues));
        jersey.register(new QueueFailuresResource(queues));
        jersey.register(
                new OperationsResource(jobs.operations(), new OperationReader(json), bodies, emptyBodies, reading));
        jersey.register(new QueuesResource(queues, new QueueSettingsReader(json), json, bodies, emptyBodies, reading));
        jersey.register(new StatsResource(
                queues.stats(),
                new SharedStats(queues.stats(), answers.writerFor(StatsAnswer.class)),
                queues.reader(),
                new StatsQuery(rules.clock()),
                reading));
        jersey.register(new SigningResource(signing, new RotationReader(json), bodies));
        jersey.register(new AuditResource(audit, reading));
        jersey.register(
                new TokensResource(access.tokens(), access.teams(), new NewTokenReader(json, rules.clock()), bodies));
        if (access.hasPages()) {
            jersey.register(new SessionResource(authentication, cookie, new SignInReader(json), bodies));
        }
        jersey.register(new CronPreviewResource(rules.clock()));
        jersey.register(new CronsResource(
                crons, new CronSettingsReader(json, requests), json, bodies, emptyBodies, jobs.masks(), reading));
        jersey.register(new CronExecutionsResource(crons, emptyBodies, jobs.masks(), reading));
        jersey.register(new AlertsResource(alerts.alerts(), emptyBodies, reading));
        jersey.register(new AlertChannelsResource(
                alerts.channels(),
                new ChannelSettingsReader(json, alerts.sendsMail()),
                json,
                bodies,
                emptyBodies,
                jobs.masks(),
                reading));
        jersey.register(new PingResource(crons.pings(), access.pings(), new PingTurns(PING_PATIENCE)));
        jersey.register(new HealthResource(health));
        jersey.register(new LiveResource(health));
        jersey.register(new ReadyResource(health));
    }
}
