package dev.posthaste.httpclient;

import dev.posthaste.jobs.FailureReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The operator's proxy was not reached, gave no answer, or would not connect. The message is a sentence for a person. */
final class ProxyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final FailureReason reason;

    private ProxyException(FailureReason reason, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
    }

    /** It could not be talked to. */
    static ProxyException unreached(String sentence, @Nullable Throwable cause) {
        return new ProxyException(FailureReason.CONNECTION_ERROR, sentence, cause);
    }

    /** It has answered, but there is no connection. */
    static ProxyException answered(FailureReason reason, String sentence) {
        return new ProxyException(reason, sentence, null);
    }

    FailureReason reason() {
        return reason;
    }
}
