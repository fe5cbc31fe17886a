package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.posthaste.PosthasteConfiguration;
import dev.posthaste.postgres.DatabaseUnusableException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator reads when a command failed. */
class FailuresTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            delivery: {stopWithin: 20}        | delivery.stopWithin must be a duration with its unit, such as 500ms, 20s, 5m or 30d
            delivery: {stopWithin: 20 parsec} | delivery.stopWithin must be a duration with its unit, such as 500ms, 20s, 5m or 30d
            delivery: {stopWithin: [20s]}     | delivery.stopWithin must be a duration with its unit, such as 500ms, 20s, 5m or 30d
            intake: {maxRequestBytes: 12}     | intake.maxRequestBytes must be a size with its unit, such as 512B, 64KiB or 1MiB
            intake: {maxRequestBytes: 12furlong} | intake.maxRequestBytes must be a size with its unit, such as 512B, 64KiB or 1MiB
            delivery: {slots: many}           | delivery.slots must be an integer
            delivery: {slots: {a: 1}}         | delivery.slots must be an integer
            delivery: [1]                     | delivery must be settings, each a name and its value
            delivery: 1                       | delivery must be settings, each a name and its value
            apiToken: [a]                     | apiToken must be a text
            """)
    void aSettingThatCannotBeReadIsNamedWithHowItIsWritten(String yaml, String sentence) {
        String told = told(catchThrowable(() -> new YamlConfigurationFactory<>(
                        PosthasteConfiguration.class, Validators.newValidator(), Jackson.newObjectMapper(), "test")
                .build(path -> new ByteArrayInputStream(path.getBytes(StandardCharsets.UTF_8)), yaml)));

        assertThat(told)
                .isEqualTo(
                        yaml + " has an error:" + System.lineSeparator() + "  * " + sentence + System.lineSeparator());
    }

    @Test
    void anAddressThatCannotBeHadIsNamedWithoutATrace() {
        IOException bind =
                new IOException("Failed to bind to /0.0.0.0:8080", new BindException("Address already in use"));
        IOException privileged =
                new IOException("Failed to bind to /0.0.0.0:80", new SocketException("Permission denied"));

        assertThat(told(new RuntimeException(bind)))
                .startsWith("An address to listen on cannot be had: Failed to bind to /0.0.0.0:8080 (Address already"
                        + " in use). Stop what has it, or ")
                .doesNotContain("Exception", "\tat ");
        assertThat(told(privileged))
                .startsWith(
                        "An address to listen on cannot be had: Failed to bind to /0.0.0.0:80 (Permission denied).");
    }

    @Test
    void aDatabaseThatCannotBeReachedIsNoAddressToListenOn() {
        assertThat(told(new DatabaseUnusableException("It is away.", new ConnectException("Connection refused"))))
                .isEqualTo("It is away." + System.lineSeparator());
        assertThat(told(new IOException(new SocketException("Connection reset"))))
                .contains("\tat ");
    }

    @Test
    void whatNobodyExpectedIsToldWithAllThatIsKnown() {
        assertThat(told(new IllegalStateException("odd"))).contains("IllegalStateException: odd", "\tat ");
    }

    private static String told(Throwable failure) {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        Failures.report(new PrintStream(console, true, StandardCharsets.UTF_8), failure);
        return console.toString(StandardCharsets.UTF_8);
    }
}
