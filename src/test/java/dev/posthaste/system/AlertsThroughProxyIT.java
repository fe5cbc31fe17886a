package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.httpclient.ConnectProxy;
import io.dropwizard.testing.ConfigOverride;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a network whose only way out is a proxy alerts leave by it, too. */
class AlertsThroughProxyIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private RecordingReceiver receiver;
    private ConnectProxy proxy;
    private ServerInside server;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        receiver = new RecordingReceiver();
        proxy = new ConnectProxy();
        proxy.knows("hooks.test:80", URI.create(receiver.url("/")).getPort());
        server = new ServerInside(ConfigOverride.config("delivery.proxy", "http://127.0.0.1:" + proxy.port()));
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        proxy.close();
        receiver.close();
    }

    @Test
    void everyChannelThatHasAUrlIsReachedThroughItAndNoneBesideIt() {
        for (String type : new String[] {"webhook", "slack", "discord"}) {
            channel(type, "http://hooks.test/" + type);
        }
        long beside = channel("slack", receiver.url("/beside"));
        api.createQueue("{\"name\": \"q\", \"alerts_enabled\": true}");

        api.push("{\"queue\": \"q\", \"url\": \"http://unknown.test/\", \"retry_delays\": []}");

        for (String type : new String[] {"webhook", "slack", "discord"}) {
            await().atMost(SOON).until(() -> receiver.count("/" + type) == 1);
        }
        await().atMost(SOON)
                .until(() ->
                        !last(beside).isNull() && last(beside).get("attempts").asInt() > 0);
        assertThat(last(beside).get("last_failure_reason").asText()).isEqualTo("blocked_address");
        assertThat(receiver.count("/beside")).isZero();
        assertThat(proxy.heads().stream().filter(head -> head.contains("CONNECT hooks.test:80")))
                .isNotEmpty();
    }

    private long channel(String type, String url) {
        return Api.json(api.post("/api/alert-channels", "{\"type\": \"" + type + "\", \"url\": \"" + url + "\"}"))
                .get("id")
                .asLong();
    }

    private JsonNode last(long channel) {
        return Api.json(api.get("/api/alert-channels/" + channel)).get("last_message");
    }
}
