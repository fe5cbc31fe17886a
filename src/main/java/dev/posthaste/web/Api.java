package dev.posthaste.web;

import dev.posthaste.intake.Intake;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.queues.Queues;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Tokens;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.core.setup.Environment;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.function.BooleanSupplier;
import org.glassfish.jersey.server.ServerProperties;

/** The HTTP API, put together. */
public final class Api {
    private static final Duration TOKEN_REMEMBERED = Duration.ofSeconds(5);
    private static final long MOST_UNREAD_BYTES = 32L * 1024 * 1024;
    private static final Duration LONGEST_UNREAD = Duration.ofSeconds(10);

    private final Tokens tokens;
    private final Intake intake;
    private final JobReader jobs;
    private final QueueReader queueReader;
    private final Queues queues;
    private final BooleanSupplier databaseAnswers;
    private final InstantSource clock;
    private final Duration maxHorizon;
    private final BodyLimits limits;

    /**
     * What the API offers stands behind these.
     *
     * @param clock the database's
     * @param maxHorizon how far ahead a job may be due
     */
    public Api(
            Tokens tokens,
            Intake intake,
            JobReader jobs,
            QueueReader queueReader,
            Queues queues,
            BooleanSupplier databaseAnswers,
            InstantSource clock,
            Duration maxHorizon,
            BodyLimits limits) {
        this.tokens = tokens;
        this.intake = intake;
        this.jobs = jobs;
        this.queueReader = queueReader;
        this.queues = queues;
        this.databaseAnswers = databaseAnswers;
        this.clock = clock;
        this.maxHorizon = maxHorizon;
        this.limits = limits;
    }

    /** Adds it to the server. Dropwizard's own exception mappers must be off. */
    public void register(Environment environment) {
        JsonDocument json = new JsonDocument();
        PushedJobs pushed = new PushedJobs(json, new NewJobReader(json, clock, maxHorizon));
        environment.jersey().property(ServerProperties.WADL_FEATURE_DISABLE, true);
        environment.jersey().property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
        environment.jersey().register(new UnreadBodies(MOST_UNREAD_BYTES, LONGEST_UNREAD));
        environment.jersey().register(new JobsResource(pushed, intake, jobs, limits));
        environment
                .jersey()
                .register(new QueuesResource(queueReader, queues, new QueueSettingsReader(json), json, limits));
        environment.jersey().register(new HealthResource(databaseAnswers));
        environment
                .jersey()
                .register(new AuthDynamicFeature(new BearerAuthFilter(
                        new TokenCheck(tokens, Duration.ZERO), new TokenCheck(tokens, TOKEN_REMEMBERED))));
        environment.jersey().register(new AuthValueFactoryProvider.Binder<>(ApiToken.class));
        ErrorMappers.register(environment.jersey());
        environment
                .servlets()
                .addFilter("readable types", new ReadableTypes())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        JettyErrors errors = new JettyErrors();
        environment.getApplicationContext().setErrorHandler(errors);
        environment.lifecycle().addServerLifecycleListener(server -> server.setErrorHandler(errors));
    }
}
