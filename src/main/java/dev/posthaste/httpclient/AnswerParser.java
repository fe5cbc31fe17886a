package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/** Parses the heads of one connection's answers, within bounds, and knows what has been read beyond them. Not thread-safe. */
final class AnswerParser extends DefaultHttpResponseParser {
    private final int maxHeadBytes;
    private @Nullable CountedLines lines;

    AnswerParser(Http1Config limits, int maxHeadBytes) {
        super(limits);
        this.maxHeadBytes = maxHeadBytes;
    }

    /** Another answer is awaited. */
    void beginAnswer() {
        if (lines != null) {
            lines.beginAnswer();
        }
    }

    /** The size of what the lines of the last head, and of the interim ones before it, take. */
    int headBytes() {
        return lines == null ? 0 : lines.bytes();
    }

    /** Whether bytes have been read that are no part of any answer that was asked for. */
    boolean hasUnread() {
        return lines != null && lines.length() > 0;
    }

    private CountedLines counted(SessionInputBuffer buffer) {
        CountedLines counted = lines;
        if (counted == null) {
            // A connection has one buffer for as long as it lives.
            counted = new CountedLines(buffer, maxHeadBytes);
            lines = counted;
        }
        return counted;
    }

    @Override
    public @Nullable ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
            throws IOException, HttpException {
        CountedLines counted = counted(buffer);
        counted.beginHead();
        return super.parse(counted, in);
    }
}
