package dev.posthaste.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;

/**
 * Answers calls that have not ended when a server that stops is about to close their connections, shortly before it does:
 * their clients would see a reset otherwise, which some take for leave to send the call again at once. Thread-safe.
 */
final class LastAnswers extends Handler.Wrapper implements Graceful {
    private static final Duration BEFORE_THE_END = Duration.ofSeconds(1);
    private static final byte[] SENTENCE =
            ("{\"error\":\"This server is stopping. Whether the call was done is not known:"
                            + " repeat a push with the same Idempotency-Key, and look before you repeat anything else.\"}")
                    .getBytes(StandardCharsets.UTF_8);

    private final Set<Call> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isShutdown;

    /** Who answers a call: whoever comes first. */
    private enum Answering {
        NOBODY,
        HANDLER,
        STOP
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Call call = new Call(request, response, callback);
        open.add(call);
        try {
            boolean isHandled = super.handle(request, call, call.completion());
            if (!isHandled) {
                open.remove(call);
            }
            return isHandled;
        } catch (Exception | Error e) {
            open.remove(call);
            throw e;
        }
    }

    /** Keeps nobody waiting: Jetty's own handler waits for calls. */
    @Override
    public CompletableFuture<Void> shutdown() {
        isShutdown = true;
        long grace = getServer().getStopTimeout();
        long wait = Math.max(grace / 2, grace - BEFORE_THE_END.toMillis());
        getServer().getScheduler().schedule(() -> open.forEach(Call::answer), wait, TimeUnit.MILLISECONDS);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    private final class Call extends Response.Wrapper {
        private final Callback whole;
        private final AtomicReference<Answering> answering = new AtomicReference<>(Answering.NOBODY);

        Call(Request request, Response response, Callback whole) {
            super(request, response);
            this.whole = whole;
        }

        Callback completion() {
            return new Callback.Nested(whole) {
                @Override
                public void succeeded() {
                    open.remove(Call.this);
                    if (isTheHandlers()) {
                        super.succeeded();
                    }
                }

                @Override
                public void failed(Throwable failure) {
                    open.remove(Call.this);
                    if (isTheHandlers()) {
                        super.failed(failure);
                    }
                }
            };
        }

        private boolean isTheHandlers() {
            return answering.compareAndSet(Answering.NOBODY, Answering.HANDLER) || answering.get() == Answering.HANDLER;
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            if (isTheHandlers()) {
                super.write(last, content, callback);
            } else {
                callback.failed(new IOException("The server is stopping, and has answered the call"));
            }
        }

        /** Unless its answer has begun. */
        void answer() {
            if (!answering.compareAndSet(Answering.NOBODY, Answering.STOP)) {
                return;
            }
            Response answer = getWrapped();
            answer.reset();
            answer.setStatus(HttpStatus.SERVICE_UNAVAILABLE_503);
            HttpFields.Mutable headers = answer.getHeaders();
            headers.put(HttpHeader.CONTENT_TYPE, "application/json");
            headers.put(HttpHeader.RETRY_AFTER, "2");
            headers.put(HttpFields.CONNECTION_CLOSE);
            answer.write(true, ByteBuffer.wrap(SENTENCE), whole);
        }
    }
}
