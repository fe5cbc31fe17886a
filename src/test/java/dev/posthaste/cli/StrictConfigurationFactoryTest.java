package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.PosthasteConfiguration;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code check} refuses although Dropwizard would take it. */
class StrictConfigurationFactoryTest {
    private static final String LEVELS = ": it must be OFF, ERROR, WARN, INFO, DEBUG, TRACE or ALL";

    private final StrictConfigurationFactory<PosthasteConfiguration> factory = new StrictConfigurationFactory<>(
            PosthasteConfiguration.class, Validators.newValidator(), Jackson.newObjectMapper(), "test");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            logging:;  level: INFOO                               | logging.level in line 2 is INFOO
            logging:;  loggers:;    org.quartz: WRAN              | logging.loggers.org.quartz in line 3 is WRAN
            logging:;  loggers:;    a.b:;      level: ""          | logging.loggers.a.b.level in line 4 is
            logging:;  appenders:;    - type: console;      threshold: none | logging.appenders[0].threshold in line 4 is none
            logging:;  level: 5                                   | logging.level in line 2 is 5
            """)
    void aLevelThatIsNoneIsNamedWithItsLine(String lines, String sentence) {
        assertRefused(lines, sentence + (sentence.endsWith("is") ? " " : "") + LEVELS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logging: {level: warn}",
                "logging: {level: OFF}",
                "logging: {level: off}",
                "logging: {level: \"true\"}",
                "logging: {loggers: {a.level: DEBUG, level: {level: TRACE}, threshold: ALL}}",
                "logging: {appenders: [{type: console, threshold: ERROR}]}",
                "apiToken: level-threshold-logging"
            })
    void aLevelThatIsOneIsTaken(String line) throws IOException, ConfigurationException {
        assertThat(read(line)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "caller: {maxConnections: 20}",
                "intake: {teamPendingJob: 5}",
                "callers: {headwithin: 2s}",
                "failedAuthenticationPerMinute: 3",
                "server: {shutdownGracePeriodd: 1s}",
                "server: {adminConnectors: [{type: http, bindhost: 127.0.0.1}]}"
            })
    void aSettingThatThereIsNotIsRefused(String line) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Unrecognized field");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            adminHosts: a;apiToken: "";adminHosts: b              | adminHosts is given twice, in line 1 and in line 3
            delivery:;  slots: 1;  slots: 2                       | delivery.slots is given twice, in line 2 and in line 3
            delivery: {};intake: {};delivery:;  slots: 2          | delivery is given twice, in line 1 and in line 3
            logging:;  loggers:;    a: INFO;    a: WARN           | logging.loggers.a is given twice, in line 3 and in line 4
            server:;  adminConnectors:;    - type: http;      port: 1;      port: 2 | server.adminConnectors[0].port is given twice, in line 4 and in line 5
            """)
    void aKeyThatIsGivenTwiceIsNamedWithBothLines(String lines, String sentence) {
        assertRefused(lines, sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server: {applicationConnectors: [{type: http, bindHost: nowhere.invalid}]} | nowhere.invalid is no address and cannot be resolved: choose an address of this machine, or 0.0.0.0 for all of them (server.applicationConnectors[0].bindHost, POSTHASTE_BIND)
            server: {adminConnectors: [{type: http, port: 8081, bindHost: 1.2.3.4.5}]} | 1.2.3.4.5 is no address and cannot be resolved: choose an address of this machine, or 0.0.0.0 for all of them (server.adminConnectors[0].bindHost, POSTHASTE_ADMIN_BIND)
            server: {adminConnectors: [{type: http, port: 8080, bindHost: 127.0.0.1}]} | 127.0.0.1:8080 and 0.0.0.0:8080 cannot both be listened on: choose another port (server.applicationConnectors[0].port, POSTHASTE_PORT, or server.adminConnectors[0].port, POSTHASTE_ADMIN_PORT)
            server: {applicationConnectors: [{type: http, port: 7, bindHost: "::1"}, {type: http, port: 7, bindHost: "::1"}]} | [::1]:7 and [::1]:7 cannot both be listened on: choose another port (server.applicationConnectors[0].port, POSTHASTE_PORT, or server.applicationConnectors[1].port)
            server: {type: simple}                                                     | server.type must be default: the API and the admin port listen on addresses of their own
            """)
    void whatCannotBeListenedOnIsRefused(String line, String sentence) {
        assertRefused(line, sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server: {applicationConnectors: [{type: http, port: 0}], adminConnectors: [{type: http, port: 0}]}",
                "server: {applicationConnectors: [{type: http, port: 7, bindHost: 127.0.0.1}],"
                        + " adminConnectors: [{type: http, port: 7, bindHost: 127.0.0.2}]}",
                "server: {applicationConnectors: [{type: http, bindHost: localhost}]}"
            })
    void whatMayBeListenedOnIsTaken(String line) throws IOException, ConfigurationException {
        assertThat(read(line)).isNotNull();
    }

    @Test
    void whatCannotBeParsedIsToldByItsReader() {
        assertThatThrownBy(() -> read("delivery: {slots: 1")).isInstanceOf(ConfigurationException.class);
    }

    private void assertRefused(String lines, String sentence) {
        assertThatThrownBy(() -> read(lines))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith(" has an error:%n  * %s%n", sentence);
    }

    private PosthasteConfiguration read(String lines) throws IOException, ConfigurationException {
        return factory.build(
                path -> new ByteArrayInputStream(path.replace(";", "\n").getBytes(StandardCharsets.UTF_8)), lines);
    }
}
