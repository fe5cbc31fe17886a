package dev.posthaste.delivery;

import dev.posthaste.jobs.TargetUrl;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is about to be sent.
 *
 * @param owner the id of the queue for whose sake it is sent; owners share what is scarce
 * @param headers all but those that frame the message, in the order in which they are sent
 * @param body sent as UTF-8, null for none
 * @param timeout for the whole exchange
 */
public record OutboundRequest(
        long owner,
        String method,
        TargetUrl url,
        Map<String, String> headers,
        @Nullable String body,
        Duration timeout) {}
