package dev.posthaste.httpclient;

import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Keeps a connection only behind an answer whose end is beyond doubt. One that has no body and speaks of one may be
 * followed by it; of two different lengths the receiver may have meant the other. Thread-safe.
 */
final class ClearFraming implements ConnectionReuseStrategy {
    private static final String NOTHING = "0";

    @Override
    public boolean keepAlive(HttpRequest request, HttpResponse answer, HttpContext context) {
        return !isInDoubt(answer) && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, answer, context);
    }

    private static boolean isInDoubt(HttpResponse answer) {
        int status = answer.getCode();
        if (status == HttpStatus.SC_NO_CONTENT || status == HttpStatus.SC_NOT_MODIFIED) {
            return answer.containsHeader(HttpHeaders.TRANSFER_ENCODING)
                    || answer.containsHeader(HttpHeaders.CONTENT_TYPE)
                    || announcesBody(answer);
        }
        return answer.containsHeader(HttpHeaders.TRANSFER_ENCODING)
                && answer.containsHeader(HttpHeaders.CONTENT_LENGTH);
    }

    private static boolean announcesBody(HttpResponse answer) {
        return answer.containsHeader(HttpHeaders.CONTENT_LENGTH)
                && !NOTHING.equals(
                        answer.getFirstHeader(HttpHeaders.CONTENT_LENGTH).getValue());
    }
}
