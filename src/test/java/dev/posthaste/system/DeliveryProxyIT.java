package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.httpclient.ConnectProxy;
import dev.posthaste.postgres.TestDatabase;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built server in a network whose only way out is a proxy, and in one that merely mentions some. */
class DeliveryProxyIT {
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestDatabase database;
    private RecordingReceiver receiver;
    private ConnectProxy proxy;
    private ConnectProxy mentioned;

    @BeforeEach
    void prepare() throws Exception {
        database = opened(TestDatabase.empty());
        receiver = opened(new RecordingReceiver());
        proxy = opened(new ConnectProxy());
        mentioned = opened(new ConnectProxy());
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void jobsAndCallbacksReachNothingExceptThroughTheProxy(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("proxy");
        Files.writeString(file, "http://egress:very-secret@127.0.0.1:" + proxy.port() + "\n");
        proxy.knows("target.test:80", receiverPort());
        proxy.knows("callback.test:8080", receiverPort());
        ServerProcess server = start(Map.of("POSTHASTE_DELIVERY_PROXY_FILE", file.toString()));
        Api api = server.api();

        long sent = api.push("{\"queue\": \"q\", \"url\": \"http://target.test/sent\","
                + " \"callback_url\": \"http://callback.test:8080/called\"}");
        long direct =
                api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/direct") + "\", \"retry_delays\": []}");

        api.awaitStatus(sent, "completed");
        await().until(() -> receiver.count("/called") == 1);
        JsonNode refused = api.awaitStatus(direct, "failed").at("/runs/0");
        assertThat(refused.get("failure_reason").asText()).isEqualTo("blocked_address");
        assertThat(refused.get("error_message").asText())
                .isEqualTo("The proxy 127.0.0.1:" + proxy.port() + " refused to connect to 127.0.0.1:" + receiverPort()
                        + ": 403.");
        assertThat(receiver.count("/direct")).isZero();
        assertThat(receiver.arrivals("/sent").get(0).headers().toString()).doesNotContainIgnoringCase("Proxy-");
        assertThat(proxy.heads()).hasSize(3).allMatch(head -> head.contains("Proxy-Authorization: Basic "));
        assertThat(mentioned.heads()).isEmpty();
        assertThat(server.log())
                .contains("Jobs, callbacks and alerts reach nothing except through the proxy 127.0.0.1:" + proxy.port())
                .doesNotContain("very-secret");
    }

    @Test
    void proxiesThatTheEnvironmentAndJavaMentionAreIgnored() throws Exception {
        Api api = start(Map.of()).api();

        long job = api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/direct") + "\"}");

        api.awaitStatus(job, "completed");
        assertThat(receiver.count("/direct")).isEqualTo(1);
        assertThat(mentioned.heads()).isEmpty();
    }

    private ServerProcess start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.putAll(more);
        for (String name : List.of("http_proxy", "https_proxy", "all_proxy")) {
            settings.put(name, "http://127.0.0.1:" + mentioned.port());
            settings.put(name.toUpperCase(Locale.ROOT), "http://127.0.0.1:" + mentioned.port());
        }
        List<String> options = new ArrayList<>(ClassArchive.options());
        for (String name : List.of("http", "https")) {
            options.add("-D" + name + ".proxyHost=127.0.0.1");
            options.add("-D" + name + ".proxyPort=" + mentioned.port());
        }
        options.add("-Dhttp.nonProxyHosts=");
        return opened(ServerProcess.start(ServerProcess.directory("proxy"), settings, options));
    }

    private int receiverPort() {
        return URI.create(receiver.url("/")).getPort();
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }
}
