package dev.posthaste.web;

import dev.posthaste.intake.Intake;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Tokens;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
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
    private final JobServices jobs;
    private final QueueServices queues;
    private final BooleanSupplier databaseAnswers;
    private final PushRules rules;

    /** What the API offers stands behind these. */
    public Api(
            Tokens tokens,
            Intake intake,
            JobServices jobs,
            QueueServices queues,
            BooleanSupplier databaseAnswers,
            PushRules rules) {
        this.tokens = tokens;
        this.intake = intake;
        this.jobs = jobs;
        this.queues = queues;
        this.databaseAnswers = databaseAnswers;
        this.rules = rules;
    }

    /** Adds it to the server. Dropwizard's own exception mappers must be off. */
    public void register(Environment environment) {
        JerseyEnvironment jersey = environment.jersey();
        jersey.property(ServerProperties.WADL_FEATURE_DISABLE, true);
        jersey.property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
        jersey.register(new UnreadBodies(MOST_UNREAD_BYTES, LONGEST_UNREAD));
        registerResources(jersey);
        jersey.register(new AuthDynamicFeature(
                new BearerAuthFilter(new TokenCheck(tokens, Duration.ZERO), new TokenCheck(tokens, TOKEN_REMEMBERED))));
        jersey.register(new AuthValueFactoryProvider.Binder<>(ApiToken.class));
        ErrorMappers.register(jersey);
        environment
                .servlets()
                .addFilter("readable types", new ReadableTypes())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        JettyErrors errors = new JettyErrors();
        environment.getApplicationContext().setErrorHandler(errors);
        environment.lifecycle().addServerLifecycleListener(server -> server.setErrorHandler(errors));
    }

    private void registerResources(JerseyEnvironment jersey) {
        BodyLimits limits = rules.limits();
        JsonDocument json = new JsonDocument();
        RequestFields requests = new RequestFields(json, rules.clock(), rules.maxHorizon());
        PushedJobs pushed = new PushedJobs(json, new NewJobReader(requests));
        jersey.register(new JobsResource(pushed, intake, jobs.reader(), limits));
        jersey.register(new SteeringResource(jobs, new JobChangeReader(json, requests), limits));
        jersey.register(new DeadLettersResource(jobs, new DeadLetterSelection(json), limits));
        jersey.register(new QueuesResource(queues, new QueueSettingsReader(json), json, limits));
        jersey.register(new HealthResource(databaseAnswers));
    }
}
