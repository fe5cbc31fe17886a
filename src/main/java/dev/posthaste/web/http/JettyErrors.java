package dev.posthaste.web.http;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers in the contract's shape what never reaches Jersey: a broken request line, headers that are too large. */
public final class JettyErrors extends ErrorHandler {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    private static final Set<Violation> NO_TEXT =
            EnumSet.of(Violation.SUSPICIOUS_PATH_CHARACTERS, Violation.BAD_UTF8_ENCODING);

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        int status = code == BAD_REQUEST && isPath(request.getHttpURI(), cause) ? NOT_FOUND : code;
        response.setStatus(status);
        byte[] body = ("{\"error\":\"" + StatusText.of(status) + "\"}").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        if (HttpMethod.CONNECT.is(request.getMethod())) {
            // Who takes it for a tunnel has something to send that is no request.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        if (status == UNAVAILABLE) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Long.toString(ApiException.RETRY_AFTER_SECONDS));
        }
        response.write(true, BufferUtil.toBuffer(body), callback);
    }

    /**
     * Whether it is valid by RFC 3986 and merely none of ours: it can be read in several ways, such as one with two slashes
     * in a row, or what is percent-encoded in it is no text.
     */
    private static boolean isPath(HttpURI uri, @Nullable Throwable cause) {
        return uri.isAmbiguous() || (uri.hasViolations() && NO_TEXT.containsAll(uri.getViolations())) || hasNul(cause);
    }

    /** Such a path never becomes a URI, and nothing else tells it from one that is no URI. */
    private static boolean hasNul(@Nullable Throwable cause) {
        return cause != null
                && cause.getCause() instanceof IllegalArgumentException reason
                && "Illegal character in path".equals(reason.getMessage());
    }

    /** Whatever the method was. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }
}
