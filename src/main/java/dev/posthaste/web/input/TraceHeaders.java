package dev.posthaste.web.input;

import dev.posthaste.jobs.TraceContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** Reads in which trace a call is made: {@code traceparent} and {@code tracestate} of W3C Trace Context. */
public final class TraceHeaders {
    private TraceHeaders() {}

    /** Where the call stands, null for in no trace; what cannot be understood is no error, but no trace either. */
    public static @Nullable TraceContext context(HttpServletRequest call) {
        return TraceContext.of(
                Collections.list(call.getHeaders(TraceContext.PARENT_HEADER)),
                Collections.list(call.getHeaders(TraceContext.STATE_HEADER)));
    }
}
