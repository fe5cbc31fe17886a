package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.message.MessageSupport;
import org.jspecify.annotations.Nullable;

/** What comes of an answer before its request was written whole. For one exchange; not thread-safe. */
final class EarlyAnswer {
    /** Reads a head that has come. */
    interface Heads {
        ClassicHttpResponse read() throws HttpException, IOException;
    }

    private final Transport transport;
    private final Arrivals arrivals;
    private final Heads heads;
    private final EarlyBody.Room room;
    private @Nullable ClassicHttpResponse head;
    private @Nullable EarlyBody body;

    /** @param room for the body */
    EarlyAnswer(Transport transport, Heads heads, EarlyBody.Room room) {
        this.transport = transport;
        this.arrivals = transport.arrivals();
        this.heads = heads;
        this.room = room;
    }

    /** Null if none came. */
    @Nullable
    ClassicHttpResponse head() {
        return head;
    }

    /** Null if the head is no success's, or has no body. */
    @Nullable
    InputStream body() {
        return body;
    }

    /** Whether something came behind the body. */
    boolean hasUnread() {
        return body != null && body.hasUnread();
    }

    /**
     * Whether what has come already makes it pointless to write the rest of the request. Interim answers do not, and
     * neither does a success: it is one of a whole request only. Comes back when what was written before has left; what
     * comes meanwhile is taken in, so that a receiver that answers while it reads goes on with both.
     */
    boolean isRefusal(ClassicHttpRequest request) throws IOException {
        transport.wire().stopWaiting();
        GrowingPause pause = new GrowingPause();
        while (true) {
            boolean hasMoved = body == null ? arrivals.fill() : body.fill();
            readHeads(request);
            if (head != null && !isSuccess(head)) {
                return true;
            }
            hasMoved |= transport.wire().push();
            if (!transport.wire().hasUnsent()) {
                return false;
            }
            if (hasMoved) {
                pause.beginAgain();
            } else {
                pause.await(Long.MAX_VALUE);
            }
        }
    }

    private void readHeads(ClassicHttpRequest request) throws IOException {
        try {
            while (head == null && arrivals.hasHead()) {
                ClassicHttpResponse next = heads.read();
                arrivals.headWasRead();
                if (next.getCode() >= HttpStatus.SC_SUCCESS || next.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
                    head = next;
                    body = isSuccess(next) ? bodyBehind(next, request) : null;
                }
            }
        } catch (HttpException e) {
            throw new IOException("what came before the request was whole is no answer", e);
        }
    }

    private @Nullable EarlyBody bodyBehind(ClassicHttpResponse success, ClassicHttpRequest request)
            throws HttpException {
        if (!MessageSupport.canResponseHaveBody(request.getMethod(), success)) {
            return null;
        }
        long length = new AnnouncedLength().determineLength(success);
        InputStream in = arrivals.waiting();
        return new EarlyBody(
                CountedBody.of(length),
                arrivals,
                length == ContentLengthStrategy.UNDEFINED ? transport.untilTheEnd(in) : in,
                room);
    }

    private static boolean isSuccess(ClassicHttpResponse head) {
        return head.getCode() >= HttpStatus.SC_SUCCESS && head.getCode() < HttpStatus.SC_REDIRECTION;
    }
}
