package dev.posthaste.alerts;

import dev.posthaste.jobs.FailureReason;
import org.jspecify.annotations.Nullable;

/** Why something has failed, in words for who is woken by it; the contract's name stands behind them, to search for. */
final class ReasonText {
    private ReasonText() {}

    /** @param reason null for one that is not known */
    static String of(@Nullable FailureReason reason) {
        FailureReason known = reason == null ? FailureReason.UNKNOWN : reason;
        return words(known) + " (" + known.contractName() + ")";
    }

    private static String words(FailureReason reason) {
        return switch (reason) {
            case TIMEOUT -> "no answer in time";
            case CONNECTION_ERROR -> "no connection, or it broke";
            case DNS_ERROR -> "the host's name could not be resolved";
            case SSL_ERROR -> "the connection could not be secured";
            case HTTP_CLIENT_ERROR -> "the answer was a 4xx";
            case HTTP_SERVER_ERROR -> "the answer was a 5xx";
            case HTTP_REDIRECT -> "the answer was a redirect, which is not followed";
            case INVALID_RESPONSE -> "the answer was not valid HTTP";
            case INVALID_URL -> "the URL cannot be sent to";
            case BLOCKED_ADDRESS -> "the address may not be reached";
            case ASSERTION_FAILED -> "the answer was not the expected one";
            case INTERRUPTED -> "the server died while it was sent";
            case MISSED_PING -> "no ping came in time";
            case REPORTED_FAILURE -> "the ping reported a failure";
            case UNKNOWN -> "for an unknown reason";
        };
    }
}
