package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.UnsentException;
import dev.posthaste.egress.HostLookup;
import dev.posthaste.jobs.FailureReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever lies on a connection before a request is sent on it belongs to nobody. */
@Timeout(120)
class MisbehavingReceiverIT {
    private static final int JOBS = 12;

    /** None when measured; a close may cross a request on its way, once for each time that the host's habit is forgotten. */
    private static final int MAX_FAILURES = 2;

    private final HttpClientSender sender = Sending.sender();

    @AfterEach
    void close() {
        sender.close();
    }

    /** A receiver that misbehaves once, behind it twelve jobs on what is left of the connection. */
    @ParameterizedTest
    @EnumSource(Misbehaviour.class)
    void behindOneMisbehaviourEveryJobHasItsOwnAnswer(Misbehaviour misbehaviour) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            if (request.path().startsWith("/bad")) {
                return misbehaviour.answer(request, connection);
            }
            KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            return true;
        };
        try (KeepingServer there = new KeepingServer(script)) {
            List<String> expected = new ArrayList<>();
            answered(there, "/first", null, expected);
            answered(there, "/bad", misbehaviour.failure(), expected);
            if (misbehaviour.comesLater()) {
                // What crosses the next request on its way cannot be told from the answer to that.
                RawServer.pause(Duration.ofMillis(100));
            }
            for (int i = 0; i < JOBS; i++) {
                answered(there, "/" + i, null, expected);
            }
            assertThat(there.paths()).isEqualTo(expected);
        }
    }

    /** A receiver that never behaves. */
    @ParameterizedTest
    @EnumSource(
            value = Misbehaviour.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"LATE_JUNK", "HALF_CLOSE"})
    void aReceiverThatAlwaysMisbehavesFailsItsOwnJobsOnly(Misbehaviour misbehaviour) throws IOException {
        try (KeepingServer there = new KeepingServer(misbehaviour::answer)) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                answered(there, "/" + i, misbehaviour.failure(), expected);
            }
            assertThat(there.paths()).isEqualTo(expected);
        }
    }

    @Test
    void twentyJobsToAReceiverThatAnswers204WithNullBehindItAreTwentySuccesses() throws IOException {
        try (KeepingServer there = new KeepingServer(Misbehaviour.NULL_BEHIND_204::answer)) {
            for (int i = 0; i < 20; i++) {
                assertThat(post(there, "/" + i).failure()).isNull();
            }
            assertThat(there.paths()).hasSize(20);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 30})
    void aReceiverThatClosesSoonWithoutSayingSoFailsAlmostNoJob(int millis) throws IOException {
        assertThat(failuresOfTwoHundred(ignored -> millis)).isLessThanOrEqualTo(MAX_FAILURES);
    }

    @Test
    void aReceiverThatHalfClosesBehindEachAnswerFailsAlmostNoJob() throws IOException {
        try (KeepingServer there = new KeepingServer(Misbehaviour.HALF_CLOSE::answer)) {
            long failures = IntStream.range(0, 200)
                    .mapToObj(i -> post(there, "/" + i))
                    .filter(exchange -> exchange.failure() != null)
                    .count();

            assertThat(failures).isLessThanOrEqualTo(MAX_FAILURES);
        }
    }

    @Test
    void aReceiverThatClosesAtRandomFailsAlmostNoJob() throws IOException {
        Random random = new Random(7);

        assertThat(failuresOfTwoHundred(ignored -> random.nextInt(31))).isLessThanOrEqualTo(MAX_FAILURES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void whatMayBeSentTwiceIsSentOnceMoreOnAFreshConnection(String method) throws IOException {
        try (KeepingServer there = new KeepingServer(closingInsteadOfASecondAnswer())) {
            Sending.send(sender, method, url(there, "/first"), null);

            assertThat(Sending.send(sender, method, url(there, "/second"), null).failure())
                    .isNull();
            assertThat(there.paths()).containsExactly("/first", "/second", "/second");
            assertThat(there.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void whatMayNotBeSentTwiceIsNot(String method) throws IOException {
        try (KeepingServer there = new KeepingServer(closingInsteadOfASecondAnswer())) {
            Sending.send(sender, method, url(there, "/first"), "{}");

            assertThat(Sending.send(sender, method, url(there, "/second"), "{}").failure())
                    .isEqualTo(FailureReason.CONNECTION_ERROR);
            assertThat(there.paths()).containsExactly("/first", "/second");
            assertThat(Sending.send(sender, method, url(there, "/third"), "{}").failure())
                    .isNull();
        }
    }

    /** To put it back would have the request sent again, and again for each time that it happens. */
    @Test
    void whatMayHaveLeftIsNotPutBackWhateverIsWantingForItsSecondTry() throws IOException {
        AtomicBoolean isWanting = new AtomicBoolean();
        HostLookup lookup = host -> {
            if (isWanting.get()) {
                UnknownHostException failure = new UnknownHostException(host);
                failure.initCause(new OutOfMemoryError("unable to create native thread"));
                throw failure;
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        try (KeepingServer there = new KeepingServer(closingInsteadOfASecondAnswer());
                HttpClientSender inNeed = Sending.sender(lookup)) {
            String url = "http://two.test:" + there.port();
            Sending.send(inNeed, "GET", url + "/first", null);
            isWanting.set(true);

            assertThat(Sending.send(inNeed, "GET", url + "/second", null).failure())
                    .isNotNull();
            assertThat(there.paths()).containsExactly("/first", "/second");
            assertThatThrownBy(() -> Sending.send(inNeed, "GET", url + "/third", null))
                    .isInstanceOf(UnsentException.class);
        }
    }

    @Test
    void aRequestThatBroughtAByteOfAnAnswerIsNotSentAgain() throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, request.number() == 1 ? Misbehaviour.ok(request.path()) : "H");
            return request.number() == 1;
        };
        try (KeepingServer there = new KeepingServer(script)) {
            Sending.send(sender, "GET", url(there, "/first"), null);

            assertThat(Sending.send(sender, "GET", url(there, "/second"), null).failure())
                    .isEqualTo(FailureReason.CONNECTION_ERROR);
            assertThat(there.paths()).containsExactly("/first", "/second");
        }
    }

    private int failuresOfTwoHundred(IntUnaryOperator pauseMillis) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            int pause = pauseMillis.applyAsInt(request.number());
            connection.setSoTimeout(Math.max(1, pause));
            return pause > 0;
        };
        try (KeepingServer there = new KeepingServer(script)) {
            Random between = new Random(3);
            int failures = 0;
            for (int i = 0; i < 200; i++) {
                RawServer.pause(Duration.ofMillis(between.nextInt(8)));
                Exchange exchange = post(there, "/" + i);
                if (exchange.failure() != null) {
                    assertThat(exchange.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
                    failures++;
                }
            }
            return failures;
        }
    }

    private static KeepingServer.Script closingInsteadOfASecondAnswer() {
        return (request, connection) -> {
            if (request.number() == 1) {
                KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            }
            return request.number() == 1;
        };
    }

    private void answered(KeepingServer there, String path, @Nullable FailureReason failure, List<String> expected) {
        Exchange exchange = post(there, path);
        expected.add(path);
        assertThat(exchange.failure()).as(path).isEqualTo(failure);
        if (failure == null || failure == FailureReason.HTTP_REDIRECT) {
            assertThat(Objects.requireNonNull(exchange.answer()).headers()).containsEntry("X-Id", path);
        }
    }

    private Exchange post(KeepingServer there, String path) {
        return Sending.send(sender, "POST", url(there, path), "{}");
    }

    private static String url(KeepingServer there, String path) {
        return "http://127.0.0.1:" + there.port() + path;
    }
}
