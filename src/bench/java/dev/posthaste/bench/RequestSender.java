package dev.posthaste.bench;

import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP client of the peers and of the bench itself, with the settings that our deliveries have: keep-alive, no
 * redirects, cookies, re-sends, decompression, upgrades or cached authentication. Thread-safe.
 */
final class RequestSender implements AutoCloseable {
    /** What a job of the bench sends, whoever sends it. */
    static final String PAYLOAD =
            "{\"user_id\": 12345, \"template\": \"welcome\", \"locale\": \"en\", \"attempt\": 1.0}";

    private final CloseableHttpClient client;

    RequestSender(int connections) {
        Timeout timeout = Timeout.ofSeconds(30);
        this.client = HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(connections)
                        .setMaxConnPerRoute(connections)
                        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                        .setConnPoolPolicy(PoolReusePolicy.LIFO)
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setTcpNoDelay(true).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setValidateAfterInactivity(TimeValue.ofMilliseconds(20))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(timeout)
                        .setResponseTimeout(timeout)
                        .setAuthenticationEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .build();
    }

    /** Sends what a job sends and returns the status. */
    int send(String url) throws IOException {
        HttpPost post = new HttpPost(url);
        post.setHeader("User-Agent", "Posthaste-Bench");
        post.setEntity(new StringEntity(PAYLOAD, ContentType.APPLICATION_JSON));
        return execute(post);
    }

    /** Sends a request of one's own and returns the status. */
    int execute(HttpPost post) throws IOException {
        return client.execute(post, response -> {
            EntityUtils.consume(response.getEntity());
            return response.getCode();
        });
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
