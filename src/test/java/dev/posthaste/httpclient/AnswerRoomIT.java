package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers are counted in bytes from before they are read until they are recorded. */
@Timeout(60)
class AnswerRoomIT {
    private static final int BODY = 10_000;
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
            assertThat(budget.held()).isBetween(4L * BODY, 4L * BODY + 1_000);

            exchange.release().run();
            assertThat(budget.held()).isZero();
        }
    }

    @Test
    void anAnswerThatDoesNotSayHowLongItIsHoldsWhatItTurnedOutToBe() throws IOException {
        try (KeepingServer there =
                answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")) {
            post(there, Duration.ofSeconds(10));

            assertThat(budget.held()).isBetween(8L, 1_000L);
        }
    }

    @Test
    void waitingForRoomIsNotTheReceiversFault() throws Exception {
        try (KeepingServer there = answering(ANSWER)) {
            Exchange first = post(there, Duration.ofSeconds(10));
            Duration shortTime = Duration.ofMillis(800);
            CompletableFuture<Exchange> second = CompletableFuture.supplyAsync(() -> post(there, shortTime));
            while (budget.waiting() == 0) {
                Thread.onSpinWait();
            }
            RawServer.pause(Duration.ofMillis(1_200));
            first.release().run();

            Exchange exchange = second.get(20, TimeUnit.SECONDS);
            assertThat(exchange.failure()).isNull();
            assertThat(Objects.requireNonNull(exchange.answer()).body().text()).hasSize(BODY);
            assertThat(exchange.took()).isLessThan(shortTime);
        }
    }

    @Test
    void theDeadlineGoesOnWithWhatWasLeftBehindTheWaiting() throws Exception {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, request.number() == 1 ? ANSWER : ANSWER.substring(0, 500));
            return true;
        };
        try (KeepingServer there = new KeepingServer(script)) {
            Exchange first = post(there, Duration.ofSeconds(10));
            CompletableFuture<Exchange> second =
                    CompletableFuture.supplyAsync(() -> post(there, Duration.ofMillis(800)));
            while (budget.waiting() == 0) {
                Thread.onSpinWait();
            }
            first.release().run();

            Exchange exchange = second.get(20, TimeUnit.SECONDS);
            assertThat(exchange.failure()).isEqualTo(FailureReason.TIMEOUT);
            assertThat(Objects.requireNonNull(exchange.answer()).body().truncated())
                    .isTrue();
        }
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
