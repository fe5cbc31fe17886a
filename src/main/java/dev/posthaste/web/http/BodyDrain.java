package dev.posthaste.web.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Throws away what comes of a body, and answers when it has ended, is too large or takes too long. Thread-safe. */
final class BodyDrain implements ReadListener, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(BodyDrain.class);
    private static final int CHUNK_BYTES = 16 * 1024;

    private final AsyncContext call;
    private final ServletInputStream content;
    private final HeldAnswer answer;
    private final AtomicBoolean isAnswered = new AtomicBoolean();
    private long left;

    BodyDrain(AsyncContext call, ServletInputStream content, HeldAnswer answer, long maxBytes) {
        this.call = call;
        this.content = content;
        this.answer = answer;
        this.left = maxBytes;
    }

    @Override
    public void onDataAvailable() throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        while (!isAnswered.get() && content.isReady() && !content.isFinished()) {
            int read = content.read(chunk);
            left -= Math.max(read, 0);
            if (left <= 0) {
                answer();
            }
        }
    }

    @Override
    public void onAllDataRead() {
        answer();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        answer();
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("A client went away before it was answered", failure);
        answer();
    }

    @Override
    public void onError(AsyncEvent event) {
        answer();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // Whoever completed it has answered.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts again what was started here.
    }

    private void answer() {
        if (!isAnswered.compareAndSet(false, true)) {
            return;
        }
        try {
            answer.release();
        } catch (IOException e) {
            LOG.debug("A client went away before it was answered", e);
        } finally {
            call.complete();
        }
    }
}
