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
import java.util.Optional;
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            127.0.0.1 | 8080 | Address already in use | The API cannot listen on 127.0.0.1:8080: another program does. \
            Stop that one, or choose another port (--port).
            ::1       | 8080 | Address already in use | The API cannot listen on [::1]:8080: another program does. \
            Stop that one, or choose another port (--port).
                      | 80   | Permission denied      | The API cannot listen on 0.0.0.0:80: a port below 1024 needs \
            rights that this user does not have. Choose another port (--port).
            192.0.2.1 | 8080 | Cannot assign requested address | The API cannot listen on 192.0.2.1:8080: this machine \
            has no such address. Choose one that it has, or 0.0.0.0 for all of them (--bind).
            """)
    void anAddressThatCannotBeHadIsNamedWithWhatToChange(String host, int port, String system, String sentence) {
        ListenAddress address = new ListenAddress("The API", host, port, "--bind", "--port");
        Exception failure = new RuntimeException(
                new IOException("Failed to bind to " + address.resolve(), new BindException(system)));

        assertThat(told(failure, address)).isEqualTo(sentence + System.lineSeparator());
    }

    @Test
    void aNameThatIsNoLongerResolvedIsNamed() {
        ListenAddress address = new ListenAddress("The API", "nowhere.invalid", 8080, "--bind", "--port");

        assertThat(told(new IOException(new SocketException("Unresolved address")), address))
                .isEqualTo(
                        "The API cannot listen on nowhere.invalid:8080: the name cannot be resolved. Choose an address"
                                + " of this machine, or 0.0.0.0 for all of them (--bind)." + System.lineSeparator());
    }

    @Test
    void anAddressThatNobodyKnowsIsToldWithoutATrace() {
        assertThat(told(new IOException(new BindException("Address already in use"))))
                .isEqualTo("An address to listen on cannot be had: Address already in use." + System.lineSeparator());
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

    /** Its database has been taken from under what was being started: that is no failure. */
    @Test
    void whileTheProcessEndsNothingIsTold() throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ending.class.getName())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("ends" + System.lineSeparator());
    }

    /** A process that meets a failure while it ends. */
    static final class Ending {
        private Ending() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                System.out.println("ends");
                Failures.report(System.out, new IllegalStateException("odd"));
            }));
        }
    }

    private static String told(Throwable failure, ListenAddress address) {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        Failures.report(
                new PrintStream(console, true, StandardCharsets.UTF_8), failure, ignored -> Optional.of(address));
        return console.toString(StandardCharsets.UTF_8);
    }

    private static String told(Throwable failure) {
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        Failures.report(new PrintStream(console, true, StandardCharsets.UTF_8), failure);
        return console.toString(StandardCharsets.UTF_8);
    }
}
