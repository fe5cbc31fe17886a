package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What {@code receive} prints of a request. */
class ReceiverTest {
    @Test
    void headersAreSpeltAsThePagesSpellThem() throws Exception {
        List<String> printed = new CopyOnWriteArrayList<>();
        try (Receiver receiver = Receiver.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Receiver.Answering(200, Duration.ZERO),
                null,
                printed::add)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + receiver.port() + "/send"))
                    .header("User-Agent", "Posthaste/1")
                    .header("Content-Type", "application/json")
                    .header("X-Posthaste-Job-Id", "7")
                    .header("webhook-id", "job_7")
                    .header("traceparent", "00-1-2-00")
                    .POST(BodyPublishers.ofString("{}"))
                    .build();

            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }

        assertThat(printed)
                .singleElement()
                .satisfies(text -> assertThat(text.lines().skip(1).map(String::strip))
                        .contains(
                                "User-Agent: Posthaste/1",
                                "Content-Type: application/json",
                                "X-Posthaste-Job-Id: 7",
                                "webhook-id: job_7",
                                "traceparent: 00-1-2-00",
                                "{}")
                        .noneMatch(line -> line.startsWith("Content-Length") || line.startsWith("Host")));
    }
}
