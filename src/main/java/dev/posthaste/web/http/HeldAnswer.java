package dev.posthaste.web.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is kept until it is released, if the body of its request was not read to its end when it began; else it
 * passes through. Answers that are not small pass through as well. Not thread-safe.
 */
final class HeldAnswer extends HttpServletResponseWrapper {
    private static final int MAX_HELD = 16 * 1024;

    private final BooleanSupplier mayPass;
    private @Nullable Output output;
    private boolean isPassing;

    HeldAnswer(HttpServletResponse response, BooleanSupplier mayPass) {
        super(response);
        this.mayPass = mayPass;
    }

    boolean isHeld() {
        return !passes() && !isCommitted();
    }

    /** Writes what was kept; what comes after it passes. */
    void release() throws IOException {
        isPassing = true;
        if (output != null) {
            output.release();
        }
    }

    @Override
    public void reset() {
        super.reset();
        output = null;
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
    public void flushBuffer() throws IOException {
        if (passes()) {
            super.flushBuffer();
        }
    }

    private boolean passes() {
        isPassing |= mayPass.getAsBoolean();
        return isPassing;
    }

    private final class Output extends ServletOutputStream {
        private final ServletOutputStream out;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

        Output(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (kept.size() + length > MAX_HELD) {
                HeldAnswer.this.release();
            }
            if (kept.size() == 0 && passes()) {
                out.write(bytes, from, length);
            } else {
                kept.write(bytes, from, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (kept.size() == 0 && passes()) {
                out.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (kept.size() == 0 && passes()) {
                out.close();
            }
        }

        private void release() throws IOException {
            out.write(kept.toByteArray());
            kept.reset();
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
