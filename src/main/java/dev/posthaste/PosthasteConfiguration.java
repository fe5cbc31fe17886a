package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.CharMatcher;
import dev.posthaste.edge.AdminHosts;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.signing.SecretKey;
import dev.posthaste.teams.TokenSecret;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.jetty.HttpsConnectorFactory;
import io.dropwizard.logging.common.LoggingFactory;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.regex.Pattern;

/** What {@code config.yml} says. */
public final class PosthasteConfiguration extends Configuration {
    private static final Pattern PUBLIC_URL = Pattern.compile("https?://[^\\s?#/]+(/[^\\s?#]*)?");

    @JsonProperty
    @NotNull
    private String apiToken = "";

    @JsonProperty
    @NotNull
    private String secretKey = "";

    @JsonProperty
    @NotNull
    private String adminHosts = "";

    @JsonProperty
    @NotNull
    private String publicUrl = "";

    @JsonProperty
    @Min(0)
    @Max(100)
    private int failedAuthenticationsPerMinute = 20;

    @JsonProperty
    @NotNull
    @Valid
    private DatabaseConfig database = new DatabaseConfig();

    @JsonProperty
    @NotNull
    @Valid
    private CallersConfig callers = new CallersConfig();

    @JsonProperty
    @NotNull
    @Valid
    private IntakeConfig intake = new IntakeConfig();

    @JsonProperty
    @NotNull
    @Valid
    private DeliveryConfig delivery = new DeliveryConfig();

    @JsonProperty
    @NotNull
    @Valid
    private RetentionConfig retention = new RetentionConfig();

    @JsonProperty
    @NotNull
    @Valid
    private MemoryConfig memory = new MemoryConfig();

    @JsonProperty
    @NotNull
    @Valid
    private AlertsConfig alerts = new AlertsConfig();

    @JsonProperty
    @NotNull
    @Valid
    private DashboardConfig dashboard = new DashboardConfig();

    /** What is configured, with the levels that libraries have by default. */
    @Override
    public synchronized LoggingFactory getLoggingFactory() {
        return QuietLibraries.quiet(super.getLoggingFactory());
    }

    /** Found out before anything is opened. */
    @ValidationMethod(message = "adminHosts must be names without ports, separated by commas")
    public boolean isAdminHostsReadable() {
        try {
            return adminHosts() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Found out before anything is opened. */
    @ValidationMethod(
            message =
                    "apiToken: a token has 20 to 200 visible ASCII characters, and one that looks as if it was made by"
                            + " this server has to have the right checksum at its end")
    public boolean isApiTokenUsable() {
        return apiToken.isBlank() || new TokenSecret(apiToken).isAcceptable();
    }

    /** Found out before anything is opened. */
    @ValidationMethod(
            message = "secretKey: a secret key is 32 bytes in base64, 44 characters (openssl rand -base64 32)")
    public boolean isSecretKeyReadable() {
        try {
            return secretKey.isBlank() || SecretKey.parse(secretKey) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Found out before anything is opened. */
    @ValidationMethod(
            message = "logging.loggers: a library below INFO would tell what clients and jobs send, tokens and headers"
                    + " among it (org.eclipse.jetty, org.apache.hc, org.postgresql, org.glassfish.jersey and others)")
    public boolean isSilentOfTheWire() {
        return !QuietLibraries.isTold(getLoggingFactory());
    }

    /** Found out before anything is opened: each connection may hold as much, see {@link ConnectorBounds}. */
    @ValidationMethod(
            message = "server.applicationConnectors: maxRequestHeaderSize must be between 1KiB and 64KiB, and"
                    + " idleTimeout between 1s and 1h")
    public boolean isEachConnectorBounded() {
        return ConnectorBounds.of(getServerFactory()).areSane();
    }

    /** Found out before anything is opened. */
    @ValidationMethod(
            message = "publicUrl must be an http or https URL without a query, such as https://posthaste.example")
    public boolean isPublicUrlUsable() {
        return publicUrl.isBlank() || PUBLIC_URL.matcher(publicUrl).matches();
    }

    /** By which those who ping crons reach the server, without a slash at its end; empty for the one that calls have. */
    public String publicUrl() {
        return CharMatcher.is('/').trimTrailingFrom(publicUrl.strip());
    }

    /** By which a browser on this machine reaches the server, if nobody has said by what others do; without a slash at its end. */
    public String ownUrl() {
        if (!publicUrl().isEmpty()) {
            return publicUrl();
        }
        if (getServerFactory() instanceof DefaultServerFactory server
                && server.getApplicationConnectors().get(0) instanceof HttpConnectorFactory connector) {
            String scheme = connector instanceof HttpsConnectorFactory ? "https" : "http";
            return scheme + "://localhost:" + connector.getPort();
        }
        return "http://localhost";
    }

    /** What seals signing secrets; empty for none, or for the one beside the embedded database. */
    public String secretKey() {
        return secretKey;
    }

    /** A token that must exist for the team {@code default}; empty for none. */
    public String apiToken() {
        return apiToken;
    }

    /** The names that the admin port may be called by, beside IP addresses and {@code localhost}. */
    public AdminHosts adminHosts() {
        return AdminHosts.parse(adminHosts);
    }

    /** So many authentications of one address may fail within a minute; 0 for any number. */
    public int failedAuthenticationsPerMinute() {
        return failedAuthenticationsPerMinute;
    }

    /** Where jobs are kept. */
    public DatabaseConfig database() {
        return database;
    }

    /** What those who call it may take of the server. */
    public CallersConfig callers() {
        return callers;
    }

    /** What is taken in. */
    public IntakeConfig intake() {
        return intake;
    }

    /** How it is sent. */
    public DeliveryConfig delivery() {
        return delivery;
    }

    /** How long what has ended is kept. */
    public RetentionConfig retention() {
        return retention;
    }

    /** How users are told of failures. */
    public AlertsConfig alerts() {
        return alerts;
    }

    /** What people see in a browser. */
    public DashboardConfig dashboard() {
        return dashboard;
    }

    /** How much of the heap each kind of work may hold. */
    public MemoryConfig memory() {
        return memory;
    }
}
