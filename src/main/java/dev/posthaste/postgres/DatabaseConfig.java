package dev.posthaste.postgres;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The {@code database} part of the configuration; {@code docs/operations.md} explains each setting. */
public final class DatabaseConfig {
    @JsonProperty
    private @Nullable String url = "";

    @JsonProperty
    private @Nullable String user = "";

    @JsonProperty
    private @Nullable String password = "";

    @JsonProperty
    @NotEmpty
    private String dataDir = "./data";

    @JsonProperty
    @Min(2)
    @Max(1_000)
    private int apiConnections = 16;

    @JsonProperty
    @Min(6)
    @Max(1_000)
    private int schedulerConnections = 12;

    @JsonProperty
    @NotNull
    @MinDuration(1)
    @MaxDuration(value = 1, unit = TimeUnit.DAYS)
    private Duration connectTimeout = Duration.seconds(5);

    @JsonProperty
    @NotNull
    @MinDuration(1)
    @MaxDuration(value = 1, unit = TimeUnit.DAYS)
    private Duration lockTimeout = Duration.seconds(10);

    @JsonProperty
    @NotNull
    @MinDuration(1)
    @MaxDuration(value = 1, unit = TimeUnit.DAYS)
    private Duration statementTimeout = Duration.seconds(30);

    @JsonProperty
    @NotNull
    @MinDuration(1)
    @MaxDuration(value = 1, unit = TimeUnit.DAYS)
    private Duration socketTimeout = Duration.seconds(40);

    /** Whether a PostgreSQL was given; the embedded one is used otherwise. */
    @JsonIgnore
    public boolean isGiven() {
        return url != null && !url.isBlank();
    }

    /** A wait that is longer than the one around it would end by a broken connection in place of an error. */
    @ValidationMethod(
            message =
                    "database: lockTimeout must be shorter than statementTimeout, and that shorter than socketTimeout")
    public boolean isInOrder() {
        return lockTimeout().compareTo(statementTimeout()) < 0
                && statementTimeout().compareTo(socketTimeout()) < 0;
    }

    /** Found out before anything is opened. */
    @ValidationMethod(
            message =
                    "database: the url is not one of PostgreSQL's, has options=, which Posthaste sets itself, or a user before an @, which is database.user")
    public boolean isUrlUsable() {
        try {
            return !isGiven() || given() != null;
        } catch (DatabaseUnusableException e) {
            return false;
        }
    }

    /**
     * The given PostgreSQL.
     *
     * @throws DatabaseUnusableException when the URL is none of PostgreSQL's
     */
    public DatabaseTarget given() {
        return DatabaseTarget.given(url == null ? "" : url, emptyAsNull(user), emptyAsNull(password));
    }

    /** Where the embedded one keeps its files. */
    public Path dataDir() {
        return Path.of(dataDir);
    }

    /** How many connections to the database a server has at most. */
    public int connections() {
        return apiConnections + schedulerConnections + ConnectionPools.FOR_CHECK_INS + ConnectionPools.FOR_PRESENCE;
    }

    int apiConnections() {
        return apiConnections;
    }

    int schedulerConnections() {
        return schedulerConnections;
    }

    java.time.Duration connectTimeout() {
        return connectTimeout.toJavaDuration();
    }

    java.time.Duration lockTimeout() {
        return lockTimeout.toJavaDuration();
    }

    java.time.Duration statementTimeout() {
        return statementTimeout.toJavaDuration();
    }

    java.time.Duration socketTimeout() {
        return socketTimeout.toJavaDuration();
    }

    private static @Nullable String emptyAsNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
