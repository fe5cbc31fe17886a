package dev.posthaste.web;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
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

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        int status = isAmbiguous(request, code) ? NOT_FOUND : code;
        response.setStatus(status);
        byte[] body = ("{\"error\":\"" + StatusText.of(status) + "\"}").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, BufferUtil.toBuffer(body), callback);
    }

    /** A path that can be read in several ways, such as one with two slashes in a row, is valid HTTP and none of ours. */
    private static boolean isAmbiguous(Request request, int code) {
        return code == BAD_REQUEST && request.getHttpURI().isAmbiguous();
    }

    /** Whatever the method was. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }
}
