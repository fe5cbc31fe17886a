package dev.posthaste.httpclient;

import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.ConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.util.TimeValue;

/**
 * The HTTP client, without anything that it would do by itself: no redirects, cookies, repeated requests, compression,
 * upgrades, stored credentials, proxies or system properties; HTTP/1.1 only.
 */
final class PlainHttpClient {
    /** Many servers close what idles for five seconds: a request must not meet that moment. */
    private static final TimeValue MAX_IDLE = TimeValue.ofSeconds(4);

    private PlainHttpClient() {}

    static CloseableHttpClient make(Connections connections) {
        // No timeouts: the deadline of an exchange ends whatever it is doing.
        RequestConfig requests = RequestConfig.custom()
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setContentCompressionEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setExpectContinueEnabled(false)
                .setHardCancellationEnabled(true)
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setConnectionManagerShared(true)
                .setRequestExecutor(new RequestExecution())
                .setConnectionReuseStrategy(new ClearFraming())
                .setDefaultRequestConfig(requests)
                .setKeepAliveStrategy(keepAlive())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .disableDefaultUserAgent()
                .build();
    }

    private static ConnectionKeepAliveStrategy keepAlive() {
        return (response, context) -> {
            TimeValue asked = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
            long millis = asked == null ? -1 : asked.toMilliseconds();
            // A second earlier than the server, which counts from when it sent.
            return millis > 0
                    ? TimeValue.ofMilliseconds(
                            Math.min(MAX_IDLE.toMilliseconds(), Math.max(1, millis - TimeUnit.SECONDS.toMillis(1))))
                    : MAX_IDLE;
        };
    }
}
