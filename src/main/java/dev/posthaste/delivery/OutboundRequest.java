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
 * @param lastLook run when everything is ready for the first octet to leave, each time that it is sent; what it throws
 *     ends the exchange unsent
 * @param departure told each time that it leaves; null for nobody
 */
public record OutboundRequest(
        long owner,
        String method,
        TargetUrl url,
        Map<String, String> headers,
        @Nullable String body,
        Duration timeout,
        Runnable lastLook,
        @Nullable Departure departure) {
    /** One that may be sent whenever it is ready. */
    public OutboundRequest(
            long owner,
            String method,
            TargetUrl url,
            Map<String, String> headers,
            @Nullable String body,
            Duration timeout) {
        this(owner, method, url, headers, body, timeout, () -> {}, null);
    }

    /** The same request, with this last look. */
    OutboundRequest withLastLook(Runnable look) {
        return new OutboundRequest(owner, method, url, headers, body, timeout, look, departure);
    }

    /** The same request, whose leaving is told. */
    OutboundRequest withDeparture(Departure told) {
        return new OutboundRequest(owner, method, url, headers, body, timeout, lastLook, told);
    }
}
