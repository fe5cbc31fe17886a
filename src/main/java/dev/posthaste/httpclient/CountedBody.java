package dev.posthaste.httpclient;

import org.apache.hc.core5.http.ContentLengthStrategy;

/** A body of a length that was announced, or one that goes on until the end of the connection. Not thread-safe. */
final class CountedBody implements BodyFraming {
    private final boolean endsWithConnection;
    private long left;

    /** @param length octets; negative for as many as come */
    CountedBody(long length) {
        this.endsWithConnection = length < 0;
        this.left = endsWithConnection ? Long.MAX_VALUE : length;
    }

    /** How a body of the announced length is framed; HttpCore has numbers for the other ways. */
    static BodyFraming of(long announced) {
        return announced == ContentLengthStrategy.CHUNKED ? new Chunks() : new CountedBody(announced);
    }

    @Override
    public long dataLeft() {
        return left;
    }

    @Override
    public void dataCame(long octets) {
        left -= endsWithConnection ? 0 : octets;
    }

    @Override
    public void framingCame(byte octet) {
        throw new IllegalStateException("there is none");
    }

    @Override
    public boolean isOver() {
        return left == 0;
    }

    @Override
    public boolean endsWithConnection() {
        return endsWithConnection;
    }
}
