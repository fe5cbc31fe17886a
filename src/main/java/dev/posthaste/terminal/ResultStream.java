package dev.posthaste.terminal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where results go, in UTF-8. Whoever flushes it is told when something could not be written, by an {@link OutputBroken}: a
 * {@code PrintStream} by itself keeps that, and its cause, to itself. Not thread-safe.
 */
final class ResultStream extends PrintStream {
    private final Remembering below;

    ResultStream(OutputStream target) {
        this(new Remembering(target));
    }

    private ResultStream(Remembering below) {
        super(below, false, StandardCharsets.UTF_8);
        this.below = below;
    }

    /** @throws OutputBroken when anything up to now could not be written */
    @Override
    public void flush() {
        super.flush();
        IOException failure = below.failure;
        if (failure != null) {
            throw new OutputBroken(failure);
        }
    }

    /** Nothing that is said here arrives any more. */
    static final class OutputBroken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        OutputBroken(IOException cause) {
            super(cause);
            this.reason = String.valueOf(cause.getMessage());
        }

        /** In the words of the system. */
        String reason() {
            return reason;
        }

        /** Whoever read it has seen enough, as head has. */
        boolean isReaderGone() {
            return reason.toLowerCase(Locale.ROOT).contains("pipe");
        }
    }

    /** Keeps the first failure. */
    private static final class Remembering extends FilterOutputStream {
        private @Nullable IOException failure;

        Remembering(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException e) {
                throw remembered(e);
            }
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw remembered(e);
            }
        }

        private IOException remembered(IOException e) {
            if (failure == null) {
                failure = e;
            }
            return e;
        }
    }
}
