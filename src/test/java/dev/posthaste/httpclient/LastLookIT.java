package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a request may still be sent is asked when nothing that takes time lies between the answer and its first octet. */
@Timeout(60)
class LastLookIT {
    private final HttpClientSender sender = Sending.sender();
    private final KeepingServer there = new KeepingServer(LastLookIT::answer);

    LastLookIT() throws IOException {}

    @AfterEach
    void close() throws IOException {
        sender.close();
        there.close();
    }

    @Test
    void itIsTakenWhenTheConnectionIsThere() {
        Exchange exchange = send("POST", () -> await().until(() -> there.connections() == 1));

        assertThat(exchange.failure()).isNull();
    }

    @Test
    void nothingLeavesWhenItObjects() throws IOException {
        RuntimeException objection = new RuntimeException("as a test wants");

        assertThatThrownBy(() -> send("POST", () -> {
                    throw objection;
                }))
                .isSameAs(objection);

        sender.close();
        there.awaitNobody();
        assertThat(there.paths()).isEmpty();
    }

    @Test
    void anErrorBeforeAnythingLeftIsNoExchange() {
        assertThatThrownBy(() -> send("POST", () -> {
                    throw new StackOverflowError("of the test");
                }))
                .isInstanceOf(StackOverflowError.class);
    }

    /** Of two sent on a kept connection the second gets no answer, so that it is sent once more. */
    @Test
    void anErrorAfterSomethingMayHaveLeftIsHowTheExchangeEnded() {
        send("GET", () -> {});
        AtomicInteger looks = new AtomicInteger();

        Exchange exchange = send("GET", () -> {
            if (looks.incrementAndGet() == 2) {
                throw new StackOverflowError("of the test");
            }
        });

        assertThat(looks).hasValue(2);
        assertThat(exchange.failure()).isEqualTo(FailureReason.UNKNOWN);
    }

    /** The third goes out for the second, which got no answer on the kept connection. */
    @Test
    void eachTimeThatARequestLeavesIsToldWithItsConnection() {
        List<String> departures = new ArrayList<>();
        OutboundRequest request = new OutboundRequest(
                1,
                "GET",
                TargetUrl.parse("http://127.0.0.1:" + there.port() + "/").orElseThrow(),
                Map.of(),
                null,
                Duration.ofSeconds(20),
                () -> {},
                (to, isKept) -> departures.add(to + (isKept ? " kept" : " new")));

        sender.send(request);
        sender.send(request);

        String to = "/127.0.0.1:" + there.port();
        assertThat(departures).containsExactly(to + " new", to + " kept", to + " new");
    }

    private Exchange send(String method, Runnable lastLook) {
        TargetUrl url =
                TargetUrl.parse("http://127.0.0.1:" + there.port() + "/").orElseThrow();
        return sender.send(new OutboundRequest(1, method, url, Map.of(), null, Duration.ofSeconds(20), lastLook, null));
    }

    private static boolean answer(KeepingServer.Request request, Socket connection) throws IOException {
        if (request.number() == 2) {
            return false;
        }
        KeepingServer.write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        return true;
    }
}
