package dev.posthaste.web;

import dev.posthaste.intake.Intake;
import dev.posthaste.intake.JobSteering;
import dev.posthaste.jobs.JobLister;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.queues.Queues;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Tokens;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.core.setup.Environment;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.glassfish.jersey.server.ServerProperties;

/** The HTTP API, put together. */
public final class Api {
    private static final Duration TOKEN_REMEMBERED = Duration.ofSeconds(5);

    private final Tokens tokens;
    private final Intake intake;
    private final JobReader jobs;
    private final JobLister jobLister;
    private final JobSteering steering;
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
            JobLister jobLister,
            JobSteering steering,
            QueueReader queueReader,
            Queues queues,
            BooleanSupplier databaseAnswers,
            InstantSource clock,
            Duration maxHorizon,
            BodyLimits limits) {
        this.tokens = tokens;
        this.intake = intake;
        this.jobs = jobs;
        this.jobLister = jobLister;
        this.steering = steering;
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
        RequestFields requests = new RequestFields(json, clock, maxHorizon);
        PushedJobs pushed = new PushedJobs(json, new NewJobReader(requests));
        environment.jersey().property(ServerProperties.WADL_FEATURE_DISABLE, true);
        environment.jersey().property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
        environment.jersey().register(new JobsResource(pushed, intake, jobs, limits));
        environment
                .jersey()
                .register(new SteeringResource(jobLister, jobs, steering, new JobChangeReader(json, requests), limits));
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
        JettyErrors errors = new JettyErrors();
        environment.getApplicationContext().setErrorHandler(errors);
        environment.lifecycle().addServerLifecycleListener(server -> server.setErrorHandler(errors));
    }
}
