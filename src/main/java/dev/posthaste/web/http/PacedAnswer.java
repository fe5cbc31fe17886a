package dev.posthaste.web.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer whose client has to take it at a pace, because it holds room until it has been written. When it breaks off, its
 * connection ends and what is left of it is thrown away. To whoever writes it that is no failure. Not thread-safe.
 */
final class PacedAnswer extends HttpServletResponseWrapper {
    private static final Logger LOG = LoggerFactory.getLogger(PacedAnswer.class);

    /** What a connection takes at once, so that most answers need no clock. */
    private static final int UNPACED = 16 * 1024;

    private final ClientConnection connection;
    private final Pace pace;
    private @Nullable Output output;
    private boolean isCut;

    PacedAnswer(HttpServletResponse response, ClientConnection connection, Pace pace) {
        super(response);
        this.connection = connection;
        this.pace = pace;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        Output known = output;
        if (known == null) {
            known = new Output(super.getOutputStream());
            output = known;
        }
        return known;
    }

    @Override
    public void flushBuffer() {
        unlessCut(super::flushBuffer);
    }

    private void unlessCut(Step step) {
        if (isCut) {
            return;
        }
        try {
            step.run();
        } catch (IOException e) {
            LOG.debug("A client did not take its answer", e);
            isCut = true;
            connection.end();
        }
    }

    /** A part of writing it. */
    private interface Step {
        void run() throws IOException;
    }

    private final class Output extends ServletOutputStream {
        private final ServletOutputStream out;
        private long written;

        Output(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            written += length;
            paced(length, () -> out.write(bytes, from, length));
        }

        @Override
        public void flush() {
            paced(0, out::flush);
        }

        @Override
        public void close() {
            paced(0, out::close);
        }

        private void paced(long bytes, Step step) {
            unlessCut(written <= UNPACED ? step : () -> withClock(bytes, step));
        }

        /** A look at the pace in between is not enough: a client that takes a byte now and then keeps one write waiting. */
        private void withClock(long bytes, Step step) throws IOException {
            long before = System.nanoTime();
            Scheduler.Task end = connection.endIn(pace.timeFor(bytes));
            try {
                step.run();
            } finally {
                end.cancel();
            }
            pace.passed(bytes, System.nanoTime() - before);
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            out.setWriteListener(listener);
        }
    }
}
