package dev.posthaste;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.time.Duration;
import java.util.List;

/**
 * What one connection of the API may hold, and for how long, by Dropwizard's own settings of the connectors.
 *
 * @param headBytes of a request, of each connector
 * @param idle how long a connection may be silent, of each connector
 */
record ConnectorBounds(List<Long> headBytes, List<Duration> idle) {
    private static final long MIN_HEAD = 1024;
    private static final long MAX_HEAD = 64 * 1024;
    private static final Duration MIN_IDLE = Duration.ofSeconds(1);
    private static final Duration MAX_IDLE = Duration.ofHours(1);

    static ConnectorBounds of(ServerFactory factory) {
        List<HttpConnectorFactory> connectors = factory instanceof DefaultServerFactory server
                ? server.getApplicationConnectors().stream()
                        .filter(HttpConnectorFactory.class::isInstance)
                        .map(HttpConnectorFactory.class::cast)
                        .toList()
                : List.of();
        return new ConnectorBounds(
                connectors.stream()
                        .map(connector -> connector.getMaxRequestHeaderSize().toBytes())
                        .toList(),
                connectors.stream()
                        .map(connector -> connector.getIdleTimeout().toJavaDuration())
                        .toList());
    }

    boolean areSane() {
        return headBytes.stream().allMatch(bytes -> bytes >= MIN_HEAD && bytes <= MAX_HEAD)
                && idle.stream().allMatch(time -> time.compareTo(MIN_IDLE) >= 0 && time.compareTo(MAX_IDLE) <= 0);
    }

    /** The largest head of any of them; they are sane. */
    int maxHeadBytes() {
        return headBytes.stream().mapToInt(Long::intValue).max().orElse((int) MAX_HEAD);
    }
}
