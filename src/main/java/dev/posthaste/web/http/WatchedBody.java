package dev.posthaste.web.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A request of which it is known how far its body was read. Not thread-safe. */
final class WatchedBody extends HttpServletRequestWrapper {
    private final long length;
    private @Nullable Content content;

    WatchedBody(HttpServletRequest request) {
        super(request);
        this.length = request.getContentLengthLong();
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        Content known = content;
        if (known == null) {
            known = new Content(super.getInputStream(), length);
            content = known;
        }
        return known;
    }

    /** Whether anybody has opened it, which is when a client that waits for that is asked for it. */
    boolean wasAskedFor() {
        return content != null;
    }

    boolean isReadToItsEnd() {
        return content != null && content.isAtEnd;
    }

    private static final class Content extends ServletInputStream {
        private final ServletInputStream in;
        private long left;
        private boolean isAtEnd;

        /** @param length -1 when it was not told */
        Content(ServletInputStream in, long length) {
            this.in = in;
            this.left = length < 0 ? Long.MAX_VALUE : length;
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            passed(read < 0 ? -1 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            passed(read);
            return read;
        }

        private void passed(int read) {
            left -= Math.max(read, 0);
            isAtEnd |= read < 0 || left == 0;
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
