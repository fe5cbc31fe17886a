package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code check} says of a configuration, which is what the server says at its start. */
class ConfigurationTest {
    private static final String DEFAULTS = """
            database: {"url":"","user":"","password":"","dataDir":"./data","apiConnections":16,"schedulerConnections":12,\
            "connectTimeout":"5 seconds","lockTimeout":"10 seconds","statementTimeout":"30 seconds",\
            "socketTimeout":"40 seconds"}
            callers: {"maxConnections":0,"maxConnectionsPerAddress":0,"headWithin":"10 seconds",\
            "minBytesPerSecond":"64 kibibytes"}
            intake: {"maxRequestBytes":"1 mebibyte","maxBatchBytes":"16 mebibytes","maxHorizon":"365 days",\
            "teamJobsPerSecond":0,"teamPendingJobs":0}
            delivery: {"slots":1024,"maxResponseBytes":"64 kibibytes","maxResponseHeadBytes":"64 kibibytes","egressAllow":"","proxy":"",\
            "stopWithin":"20 seconds","announceStop":"2 seconds",\
            "checkIn":"1 second","lease":"8 seconds"}
            retention: {"finished":"30 days","runs":"30 days","audit":"90 days","alerts":"90 days","stats":"90 days"}
            memory: {"inFlight":20,"answers":15,"intake":20,"reading":10}
            alerts: {"smtp":{"host":"","port":587,"security":"starttls","user":"","password":"","from":""}}
            dashboard: {"enabled":true,"printLoginLink":false}
            """;

    private final YamlConfigurationFactory<PosthasteConfiguration> factory = new YamlConfigurationFactory<>(
            PosthasteConfiguration.class, Validators.newValidator(), Jackson.newObjectMapper(), "test");

    @Test
    void everyDefaultIsAsDocumented() throws JsonProcessingException {
        assertThat(told(new PosthasteConfiguration())).isEqualTo(DEFAULTS);
    }

    @Test
    void theFileThatIsShippedSaysNothingElse() throws IOException, ConfigurationException {
        SubstitutingSourceProvider shipped = new SubstitutingSourceProvider(
                new FileConfigurationSourceProvider(), new QuotedEnvironment(Map.of()).substitutor());

        assertThat(told(factory.build(shipped, "config.yml"))).isEqualTo(DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            database: {apiConnections: 1}      | database.apiConnections must be greater than or equal to 2
            database: {apiConnections: 1001}   | database.apiConnections must be less than or equal to 1000
            database: {schedulerConnections: 5} | database.schedulerConnections must be greater than or equal to 6
            database: {schedulerConnections: 1001} | database.schedulerConnections must be less than or equal to 1000
            database: {connectTimeout: 999ms}  | database.connectTimeout must be greater than or equal to 1 SECONDS
            database: {lockTimeout: 0s}        | database.lockTimeout must be greater than or equal to 1 SECONDS
            database: {dataDir: ""}            | database.dataDir must not be empty
            database: {lockTimeout: 30s}       | database: lockTimeout must be shorter than statementTimeout, and that shorter than socketTimeout
            database: {socketTimeout: 30s}     | database: lockTimeout must be shorter than statementTimeout, and that shorter than socketTimeout
            database: {url: "jdbc:postgresql://db/x?options=-c%20jit=on"} | database: the url is not one of PostgreSQL's, has options=, which Posthaste sets itself, or a user before an @, which is database.user
            database: {url: "jdbc:mysql://db/x"} | database: the url is not one of PostgreSQL's, has options=, which Posthaste sets itself, or a user before an @, which is database.user
            apiToken: "too short"              | apiToken: a token has 20 to 200 visible ASCII characters, and one that looks as if it was made by this server has to have the right checksum at its end
            apiToken: "pht_0123456789abcdefghijklmnopqrstuvwxyzABCDE-_0t5LR5" | apiToken: a token has 20 to 200 visible ASCII characters, and one that looks as if it was made by this server has to have the right checksum at its end
            failedAuthenticationsPerMinute: -1 | failedAuthenticationsPerMinute must be greater than or equal to 0
            failedAuthenticationsPerMinute: 101 | failedAuthenticationsPerMinute must be less than or equal to 100
            logging: {loggers: {org.eclipse.jetty: DEBUG}} | logging.loggers: a library below INFO would tell what clients and jobs send, tokens and headers among it (org.eclipse.jetty, org.apache.hc, org.postgresql, org.glassfish.jersey and others)
            logging: {loggers: {org.apache.hc.client5.http.wire: {level: TRACE}}} | logging.loggers: a library below INFO would tell what clients and jobs send, tokens and headers among it (org.eclipse.jetty, org.apache.hc, org.postgresql, org.glassfish.jersey and others)
            database: {socketTimeout: 25h}     | database.socketTimeout must be less than or equal to 1 DAYS
            intake: {maxRequestBytes: 1023B}   | intake.maxRequestBytes must be greater than or equal to 1 KIBIBYTES
            intake: {maxRequestBytes: 65MiB}   | intake.maxRequestBytes must be less than or equal to 64 MEBIBYTES
            intake: {maxBatchBytes: 1023B}     | intake.maxBatchBytes must be greater than or equal to 1 KIBIBYTES
            intake: {maxBatchBytes: 65MiB}     | intake.maxBatchBytes must be less than or equal to 64 MEBIBYTES
            intake: {maxHorizon: 0s}           | intake.maxHorizon must be greater than or equal to 1 SECONDS
            intake: {maxHorizon: 36501d}       | intake.maxHorizon must be less than or equal to 36500 DAYS
            intake: {teamJobsPerSecond: -1}    | intake.teamJobsPerSecond must be greater than or equal to 0
            intake: {teamJobsPerSecond: 1000001} | intake.teamJobsPerSecond must be less than or equal to 1000000
            intake: {teamPendingJobs: -1}      | intake.teamPendingJobs must be greater than or equal to 0
            intake: {teamPendingJobs: 1000000001} | intake.teamPendingJobs must be less than or equal to 1000000000
            callers: {maxConnections: 15}      | callers: maxConnections must be 0, for as many as open files and heap allow, or at least 16
            callers: {maxConnections: 1000001} | callers.maxConnections must be less than or equal to 1000000
            callers: {maxConnectionsPerAddress: -1} | callers.maxConnectionsPerAddress must be greater than or equal to 0
            callers: {headWithin: 999ms}       | callers.headWithin must be greater than or equal to 1 SECONDS
            callers: {headWithin: 301s}        | callers.headWithin must be less than or equal to 5 MINUTES
            callers: {minBytesPerSecond: 1023B} | callers.minBytesPerSecond must be greater than or equal to 1 KIBIBYTES
            callers: {minBytesPerSecond: 17MiB} | callers.minBytesPerSecond must be less than or equal to 16 MEBIBYTES
            server: {applicationConnectors: [{type: http, maxRequestHeaderSize: 1023B}]} | server.applicationConnectors: maxRequestHeaderSize must be between 1KiB and 64KiB, and idleTimeout between 1s and 1h
            server: {applicationConnectors: [{type: http, maxRequestHeaderSize: 65KiB}]} | server.applicationConnectors: maxRequestHeaderSize must be between 1KiB and 64KiB, and idleTimeout between 1s and 1h
            server: {applicationConnectors: [{type: http, idleTimeout: 999ms}]} | server.applicationConnectors: maxRequestHeaderSize must be between 1KiB and 64KiB, and idleTimeout between 1s and 1h
            server: {applicationConnectors: [{type: http, idleTimeout: 61m}]} | server.applicationConnectors: maxRequestHeaderSize must be between 1KiB and 64KiB, and idleTimeout between 1s and 1h
            alerts: {smtp: {host: mail, from: nobody}} | alerts.smtp: from must be an address such as posthaste@example.com when there is a host
            alerts: {smtp: {security: ssl}}    | alerts.smtp: security must be starttls, tls or none
            alerts: {smtp: {user: somebody}}   | alerts.smtp: user and password must be given together
            alerts: {smtp: {host: mail, from: a@b, user: u, password: p, security: none}} | alerts.smtp: a password is not sent with security none but to this machine
            alerts: {smtp: {port: 0}}          | alerts.smtp.port must be greater than or equal to 1
            retention: {alerts: 0s}            | retention.alerts must be greater than or equal to 1 SECONDS
            retention: {stats: 0s}             | retention.stats must be greater than or equal to 1 SECONDS
            delivery: {maxResponseHeadBytes: 1023B} | delivery.maxResponseHeadBytes must be greater than or equal to 1 KIBIBYTES
            delivery: {maxResponseHeadBytes: 129KiB} | delivery.maxResponseHeadBytes must be less than or equal to 128 KIBIBYTES
            delivery: {proxy: "proxy.internal:4750"} | delivery: proxy must be http://host:port, or http://user:password@host:port
            delivery: {stopWithin: 25h}        | delivery.stopWithin must be less than or equal to 1 DAYS
            delivery: {slots: 0}               | delivery.slots must be greater than or equal to 1
            delivery: {slots: 65537}           | delivery.slots must be less than or equal to 65536
            delivery: {maxResponseBytes: 17MiB} | delivery.maxResponseBytes must be less than or equal to 16777216 BYTES
            delivery: {checkIn: 199ms}         | delivery.checkIn must be greater than or equal to 200 MILLISECONDS
            delivery: {lease: 2999ms}          | delivery: lease must be at least three times checkIn, and at most 5 minutes
            delivery: {lease: 301s}            | delivery: lease must be at least three times checkIn, and at most 5 minutes
            delivery: {egressAllow: "10.0.0.0/33"} | delivery: egressAllow must be networks such as 10.20.0.0/16, separated by commas
            adminHosts: "a:8081"               | adminHosts must be names without ports, separated by commas
            retention: {finished: 0s}          | retention.finished must be greater than or equal to 1 SECONDS
            retention: {runs: 0s}              | retention.runs must be greater than or equal to 1 SECONDS
            retention: {finished: 99999999999d} | retention.finished must be less than or equal to 36500 DAYS
            retention: {audit: 0s}             | retention.audit must be greater than or equal to 1 SECONDS
            retention: {runs: 36501d}          | retention.runs must be less than or equal to 36500 DAYS
            memory: {inFlight: 0}              | memory.inFlight must be greater than or equal to 1
            memory: {inFlight: 61}             | memory.inFlight must be less than or equal to 60
            memory: {inFlight: 36}             | memory: the shares must not be more than 80 percent of the heap together
            """)
    void nonsenseIsRefusedWithASentence(String yaml, String sentence) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("* " + sentence + System.lineSeparator());
    }

    @Test
    void theBoundsThemselvesAreAllowed() throws IOException, ConfigurationException {
        for (String yaml : List.of(
                "database: {apiConnections: 2, schedulerConnections: 6, connectTimeout: 1s, lockTimeout: 1s}",
                "database: {apiConnections: 1000, schedulerConnections: 1000, statementTimeout: 11s, socketTimeout: 12s}",
                "database: {url: \"jdbc:postgresql://db:5432/x?sslmode=require\"}",
                "delivery: {slots: 1, maxResponseBytes: 0B, checkIn: 200ms, lease: 1s}",
                "delivery: {slots: 65536, maxResponseBytes: 16MiB, lease: 5m, stopWithin: 1d, egressAllow: \"10.0.0.0/8,::1/128\"}",
                "intake: {maxRequestBytes: 1KiB, maxBatchBytes: 64MiB, maxHorizon: 36500d}",
                "intake: {teamJobsPerSecond: 1000000, teamPendingJobs: 1000000000}",
                "callers: {maxConnections: 16, maxConnectionsPerAddress: 1, headWithin: 1s, minBytesPerSecond: 1KiB}",
                "callers: {maxConnections: 1000000, headWithin: 5m, minBytesPerSecond: 16MiB}",
                "server: {applicationConnectors: [{type: http, maxRequestHeaderSize: 64KiB, idleTimeout: 1h}]}",
                "delivery: {maxResponseHeadBytes: 128KiB, proxy: \"http://u:p@[::1]:3128\"}",
                "apiToken: 12345678901234567890",
                "apiToken: pht_0123456789abcdefghijklmnopqrstuvwxyzABCDE-_0t5LR4",
                "failedAuthenticationsPerMinute: 0",
                "failedAuthenticationsPerMinute: 100",
                "logging: {loggers: {org.eclipse.jetty: INFO, org.postgresql: {level: WARN}, org: DEBUG, a: TRACE}}",
                "retention: {finished: 1s, runs: 36500d}",
                "adminHosts: \"posthaste, admin.example.com\"",
                "memory: {inFlight: 35}")) {
            assertThat(read(yaml)).isNotNull();
        }
    }

    @Test
    void librariesAreQuietWhateverElseIsConfiguredOfLogging() throws IOException, ConfigurationException {
        for (String yaml :
                List.of("delivery: {slots: 1}", "logging: {level: INFO}", "logging: {loggers: {a.b: DEBUG}}")) {
            assertThat(levels(yaml))
                    .containsEntry("org.quartz", "WARN")
                    .containsEntry("dev.posthaste.quartz.OneShotJobStore", "WARN");
        }
    }

    @Test
    void aLevelThatIsConfiguredHoldsInPlaceOfOurs() throws IOException, ConfigurationException {
        assertThat(levels("logging: {loggers: {org.quartz: DEBUG}}"))
                .containsEntry("org.quartz", "DEBUG")
                .containsEntry("liquibase", "WARN");
    }

    private Map<String, String> levels(String yaml) throws IOException, ConfigurationException {
        Map<String, String> levels = new HashMap<>();
        ((DefaultLoggingFactory) read(yaml).getLoggingFactory())
                .getLoggers()
                .forEach((logger, level) -> levels.put(logger, level.asText()));
        return levels;
    }

    private PosthasteConfiguration read(String yaml) throws IOException, ConfigurationException {
        return factory.build(path -> new ByteArrayInputStream(path.getBytes(StandardCharsets.UTF_8)), yaml);
    }

    private static String told(PosthasteConfiguration config) throws JsonProcessingException {
        ObjectMapper json =
                Jackson.newObjectMapper().setVisibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE);
        ObjectNode all = json.valueToTree(config);
        StringBuilder told = new StringBuilder();
        for (String part :
                List.of("database", "callers", "intake", "delivery", "retention", "memory", "alerts", "dashboard")) {
            told.append(part)
                    .append(": ")
                    .append(json.writeValueAsString(all.get(part)))
                    .append('\n');
        }
        return told.toString();
    }
}
