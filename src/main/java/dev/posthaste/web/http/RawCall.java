package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * The call as the servlet container has it. A field that Jersey fills has a stand-in for it, which looks the call up at every
 * use: the address of a caller alone was a fifteenth of what a push took.
 */
final class RawCall {
    private static final String OF_CALL = RawCall.class.getName();

    private RawCall() {}

    /** For whoever comes behind Jersey's filters. */
    static void keep(HttpServletRequest call) {
        call.setAttribute(OF_CALL, call);
    }

    /** Null where no filter has kept it. */
    static @Nullable HttpServletRequest of(ContainerRequestContext request) {
        return request.getProperty(OF_CALL) instanceof HttpServletRequest call ? call : null;
    }
}
