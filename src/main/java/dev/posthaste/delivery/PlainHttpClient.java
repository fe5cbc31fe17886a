package dev.posthaste.delivery;

import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.ConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP client, without anything that it would do by itself: no redirects, cookies, repeated requests, compression,
 * upgrades, stored credentials, proxies or system properties; HTTP/1.1 only.
 */
final class PlainHttpClient {
    /** Many servers close what idles for five seconds: a request must not meet that moment. */
    private static final TimeValue LONGEST_IDLE = TimeValue.ofSeconds(4);

    /** A server that closes without having said so does it soon; looking takes a millisecond. */
    private static final TimeValue LOOK_BEFORE_USE_AFTER = TimeValue.ofMilliseconds(20);

    private static final int LONGEST_LINE = 16_384;
    private static final int MOST_HEADERS = 256;
    private static final int LONGEST_SECONDS = 300;

    private PlainHttpClient() {}

    static CloseableHttpClient make(DnsResolver resolver, int connections) {
        // The deadline of an exchange is its caller's; nothing here ends later than the longest of them.
        Timeout longest = Timeout.ofSeconds(LONGEST_SECONDS);
        RequestConfig requests = RequestConfig.custom()
                .setConnectionRequestTimeout(longest)
                .setResponseTimeout(longest)
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setContentCompressionEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setExpectContinueEnabled(false)
                .setHardCancellationEnabled(true)
                .build();
        return HttpClients.custom()
                .setConnectionManager(connectionManager(resolver, connections, longest))
                .setDefaultRequestConfig(requests)
                .setKeepAliveStrategy(keepAlive())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .disableDefaultUserAgent()
                .evictExpiredConnections()
                .evictIdleConnections(LONGEST_IDLE)
                .build();
    }

    private static PoolingHttpClientConnectionManager connectionManager(
            DnsResolver resolver, int connections, Timeout longest) {
        Http1Config limits = Http1Config.custom()
                .setMaxLineLength(LONGEST_LINE)
                .setMaxHeaderCount(MOST_HEADERS)
                .setMaxEmptyLineCount(1)
                .build();
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(resolver)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(limits)
                        .build())
                .setMaxConnTotal(connections)
                .setMaxConnPerRoute(connections)
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setSupportedProtocols(TLS.V_1_2, TLS.V_1_3)
                        .setHandshakeTimeout(longest)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(longest)
                        .setSocketTimeout(longest)
                        .setValidateAfterInactivity(LOOK_BEFORE_USE_AFTER)
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoTimeout(longest)
                        .build())
                .build();
    }

    private static ConnectionKeepAliveStrategy keepAlive() {
        return (response, context) -> {
            TimeValue asked = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
            long millis = asked == null ? -1 : asked.toMilliseconds();
            // A second earlier than the server, which counts from when it sent.
            return millis > 0
                    ? TimeValue.ofMilliseconds(
                            Math.min(LONGEST_IDLE.toMilliseconds(), Math.max(1, millis - TimeUnit.SECONDS.toMillis(1))))
                    : LONGEST_IDLE;
        };
    }
}
