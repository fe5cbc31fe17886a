package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers are counted in bytes as they come, until they are recorded. */
@Timeout(60)
class AnswerRoomIT {
    private static final int BODY = 10_000;
    private static final Duration AMPLE = Duration.ofSeconds(30);
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: " + BODY + "\r\n\r\n" + "x".repeat(BODY);

    private final ByteBudget budget = new ByteBudget("answers", 5 * BODY);
    private final HttpClientSender sender =
            Sending.sender(InetAddress::getAllByName, budget, SSLContexts.createDefault());

    @AfterEach
    void close() {
        sender.close();
    }

    @Test
    void roomIsHeldUntilTheOutcomeIsRecorded() throws IOException {
        try (KeepingServer there = answering(ANSWER)) {
            Exchange exchange = post(there, Duration.ofSeconds(10));
            assertThat(sender.room().held()).isBetween(4L * BODY, 4L * BODY + 1_000);

            exchange.release().run();
            assertThat(sender.room().held()).isZero();
        }
    }

    @Test
    void anAnswerThatDoesNotSayHowLongItIsHoldsWhatItTurnedOutToBe() throws IOException {
        try (KeepingServer there =
                answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")) {
            post(there, Duration.ofSeconds(10));

            assertThat(sender.room().held()).isBetween(8L, 1_000L);
        }
    }

    /** Time is what it is about: the wait is longer than the exchange may take. */
    @Test
    void waitingForRoomIsNotTheReceiversFault() throws Exception {
        try (KeepingServer there = answering(ANSWER)) {
            Exchange first = post(there, Duration.ofSeconds(10));
            Duration shortTime = Duration.ofSeconds(2);
            CompletableFuture<Exchange> second = CompletableFuture.supplyAsync(() -> post(there, shortTime));
            awaitWaiting();
            RawServer.pause(Duration.ofMillis(2_500));
            first.release().run();

            Exchange exchange = second.get(30, TimeUnit.SECONDS);
            assertThat(exchange.failure()).isNull();
            assertThat(Objects.requireNonNull(exchange.answer()).body().text()).hasSize(BODY);
            assertThat(exchange.took()).isLessThan(shortTime);
        }
    }

    @Test
    void theDeadlineGoesOnWithWhatWasLeftBehindTheWaiting() throws Exception {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, request.number() == 1 ? ANSWER : ANSWER.substring(0, 5_000));
            return true;
        };
        try (KeepingServer there = new KeepingServer(script)) {
            Exchange first = post(there, Duration.ofSeconds(10));
            CompletableFuture<Exchange> second =
                    CompletableFuture.supplyAsync(() -> post(there, Duration.ofMillis(800)));
            awaitWaiting();
            first.release().run();

            Exchange exchange = second.get(30, TimeUnit.SECONDS);
            assertThat(exchange.failure()).isEqualTo(FailureReason.TIMEOUT);
            assertThat(Objects.requireNonNull(exchange.answer()).body().truncated())
                    .isTrue();
        }
    }

    /** One receiver's answers have begun and stall: nobody else waits for them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1_500})
    void answersThatStallHoldNoMoreThanWhatTheyHaveSent(int sent) throws Exception {
        KeepingServer.Script stalling = (request, connection) -> {
            KeepingServer.write(
                    connection,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(sent) + "\r\n"
                            + "x".repeat(sent) + "\r\n");
            return true;
        };
        int stalled = 30;
        try (HttpClientSender roomy = Sending.sender(
                        InetAddress::getAllByName, new ByteBudget("answers", 800_000), SSLContexts.createDefault());
                KeepingServer bad = new KeepingServer(stalling);
                KeepingServer good = answering(ANSWER);
                KeepingServer small = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            List<CompletableFuture<Exchange>> waiting = new ArrayList<>();
            for (int i = 0; i < stalled; i++) {
                waiting.add(inBackground(() -> exchange(roomy, 1, bad, Duration.ofMinutes(1))));
            }
            await().until(() -> bad.paths().size() == stalled);
            RawServer.pause(Duration.ofMillis(300));

            CompletableFuture<Exchange> two = inBackground(() -> exchange(roomy, 2, small, AMPLE));
            assertThat(two.get(30, TimeUnit.SECONDS).failure()).isNull();
            CompletableFuture<Exchange> many = inBackground(() -> exchange(roomy, 2, good, AMPLE));
            Exchange large = many.get(30, TimeUnit.SECONDS);
            assertThat(Objects.requireNonNull(large.answer()).body().text()).hasSize(BODY);
            for (CompletableFuture<Exchange> each : waiting) {
                assertThat(each.isDone()).isFalse();
            }
        }
    }

    /** Each is more than half of what there is. */
    @Test
    void honestAnswersThatComeTogetherAreReadOneAfterAnother() throws Exception {
        try (KeepingServer there = answering(ANSWER)) {
            List<CompletableFuture<Exchange>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(inBackground(() -> {
                    Exchange exchange = post(there, Duration.ofSeconds(10));
                    exchange.release().run();
                    return exchange;
                }));
            }
            for (CompletableFuture<Exchange> each : all) {
                Exchange exchange = each.get(30, TimeUnit.SECONDS);
                assertThat(exchange.failure()).isNull();
                assertThat(Objects.requireNonNull(exchange.answer()).body().text())
                        .hasSize(BODY);
            }
            assertThat(sender.room().held()).isZero();
        }
    }

    /** They are taken in while the request is written, and count from then on. */
    @Test
    void whatComesEarlyCountsAsPartOfTheAnswerAndOnce() throws Exception {
        AnswerRoom answers = new AnswerRoom(new ByteBudget("answers", 400_000), AMPLE, Duration.ofMillis(1));
        try (Deadlines timer = new Deadlines();
                Deadline deadline = timer.begin(Duration.ofSeconds(10));
                AnswerRoom.Taken two = answers.open(1, deadline, 10 * BODY)) {
            AnswerRoom.Taken one = answers.open(1, deadline, BODY);
            EarlyBody.Room early = one.early(() -> 100);
            assertThat(answers.held()).isZero();
            assertThat(early.reach(5_000)).isEqualTo(5_000);
            assertThat(answers.held()).isEqualTo(4 * 5_100);
            assertThat(early.reach(2 * BODY)).as("no more than is recorded").isEqualTo(BODY);

            one.begin(100, BODY);
            assertThat(one.growTo(BODY)).isTrue();
            assertThat(answers.held()).isEqualTo(4 * (BODY + 100));
            one.endAt(7_000);
            assertThat(answers.held()).isEqualTo(4 * 7_100);

            // Half of what grows is one owner's, and this one would have more in the end.
            assertThat(two.early(() -> 100).reach(BODY)).isZero();
            one.close();
            assertThat(two.growTo(BODY)).as("once refused").isFalse();
        }
        assertThat(answers.held()).isZero();
    }

    @Test
    void whatDoesNotFindRoomToGrowInTimeIsRecordedAsFarAsItWasRead() throws Exception {
        AnswerRoom room = new AnswerRoom(new ByteBudget("answers", 5 * BODY), AMPLE, Duration.ofMillis(200));
        try (HttpClientSender impatient = sender(room);
                KeepingServer there = answering(ANSWER);
                KeepingServer small = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            Exchange first = exchange(impatient, 1, there, AMPLE);
            Exchange second = exchange(impatient, 2, there, AMPLE);

            assertThat(second.failure()).isNull();
            assertThat(Objects.requireNonNull(second.answer()).body().truncated())
                    .isTrue();
            assertThat(second.answer().body().text()).isEqualTo("x".repeat(1_024));
            assertThat(exchange(impatient, 2, small, AMPLE).failure()).isNull();

            first.release().run();
            Exchange third = exchange(impatient, 2, there, AMPLE);
            assertThat(Objects.requireNonNull(third.answer()).body().text()).hasSize(BODY);
        }
    }

    @Test
    void whoseBeginningFindsNoRoomInTimeIsRecordedByItsStatus() throws Exception {
        AnswerRoom room = new AnswerRoom(new ByteBudget("answers", 20_000), Duration.ofMillis(200), AMPLE);
        try (HttpClientSender impatient = sender(room);
                KeepingServer there =
                        answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1_000))) {
            Exchange first = exchange(impatient, 1, there, AMPLE);
            Exchange second = exchange(impatient, 2, there, AMPLE);

            assertThat(second.failure()).isNull();
            assertThat(Objects.requireNonNull(second.answer()).status()).isEqualTo(200);
            assertThat(second.answer().body().text()).isEmpty();
            assertThat(second.answer().body().truncated()).isTrue();
            first.release().run();
            second.release().run();
            assertThat(room.held()).isZero();
        }
    }

    private static HttpClientSender sender(AnswerRoom room) {
        return Sending.sender(InetAddress::getAllByName, room, Connections.MAX_AGE, SSLContexts.createDefault());
    }

    private void awaitWaiting() {
        await().until(() -> sender.room().waiting() > 0);
    }

    private static CompletableFuture<Exchange> inBackground(Supplier<Exchange> work) {
        CompletableFuture<Exchange> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> result.complete(work.get()), "exchange");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static Exchange exchange(HttpClientSender by, long owner, KeepingServer there, Duration timeout) {
        TargetUrl url =
                TargetUrl.parse("http://127.0.0.1:" + there.port() + "/").orElseThrow();
        return by.send(new OutboundRequest(owner, "POST", url, Map.of(), "{}", timeout));
    }

    private Exchange post(KeepingServer there, Duration timeout) {
        return Sending.send(sender, "POST", "http://127.0.0.1:" + there.port() + "/", "{}", timeout);
    }

    private static KeepingServer answering(String answer) throws IOException {
        return new KeepingServer((request, connection) -> {
            KeepingServer.write(connection, answer);
            return true;
        });
    }
}
