package dev.posthaste.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** A server with the Jetty and Jersey settings of {@code config.yml} whose one resource does nothing. */
public final class NoopServer extends Application<NoopServer.Settings> {
    /** Only what Dropwizard itself knows. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public static final class Settings extends Configuration {}

    /** Takes a body and answers 201 with a constant. */
    @Path("/noop")
    public static final class Resource {
        /** Does nothing. */
        @POST
        @Produces(MediaType.APPLICATION_JSON)
        public Response post(byte[] body) {
            return Response.status(201).entity("{\"success\": true}").build();
        }
    }

    /** Starts like any Dropwizard application. */
    public static void main(String[] arguments) throws Exception {
        new NoopServer().run(arguments);
    }

    @Override
    public void initialize(Bootstrap<Settings> bootstrap) {
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
                bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)));
    }

    @Override
    public void run(Settings settings, Environment environment) {
        environment.jersey().setUrlPattern("/*");
        environment.jersey().register(new Resource());
    }
}
