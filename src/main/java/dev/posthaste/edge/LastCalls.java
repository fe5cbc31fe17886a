package dev.posthaste.edge;

import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Has callers leave whose server is about to close: each answer is the last one of its connection (RFC 9112, 9.6), so that
 * none is closed under a call that is just being sent. Decided when the answer begins: its call may be older than the news.
 */
final class LastCalls extends Handler.Wrapper {
    private final BooleanSupplier isLeaving;

    LastCalls(BooleanSupplier isLeaving) {
        this.isLeaving = isLeaving;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        request.addHttpStreamWrapper(Closing::new);
        return super.handle(request, response, callback);
    }

    private final class Closing extends HttpStream.Wrapper {
        Closing(HttpStream wrapped) {
            super(wrapped);
        }

        @Override
        public void prepareResponse(HttpFields.Mutable headers) {
            if (isLeaving.getAsBoolean()) {
                headers.put(HttpHeader.CONNECTION, "close");
            }
            super.prepareResponse(headers);
        }
    }
}
