package dev.posthaste.httpclient;

import java.io.IOException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request and awaits the head of its answer. A request that cannot be written whole may have been answered all
 * the same: 413 and 401 come early, and then the connection is closed. A success of a part of a request is none.
 * Thread-safe.
 */
final class RequestExecution extends HttpRequestExecutor {
    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback interim,
            HttpContext context)
            throws IOException, HttpException {
        boolean isAnswered = false;
        try {
            IOException unwritten = write(request, connection);
            ClassicHttpResponse answer = unwritten == null ? head(connection) : headAfterAll(connection, unwritten);
            if (unwritten != null && answer.getCode() < HttpStatus.SC_REDIRECTION) {
                ConnectionClosedException cut =
                        new ConnectionClosedException("A success of a request that was cut off.");
                cut.addSuppressed(unwritten);
                throw cut;
            }
            if (MessageSupport.canResponseHaveBody(request.getMethod(), answer)) {
                connection.receiveResponseEntity(answer);
            }
            isAnswered = true;
            return answer;
        } finally {
            if (!isAnswered) {
                connection.close(CloseMode.IMMEDIATE);
            }
        }
    }

    /** What kept the request from being written whole; null for nothing. */
    private static @Nullable IOException write(ClassicHttpRequest request, HttpClientConnection connection)
            throws IOException, HttpException {
        try {
            connection.sendRequestHeader(request);
            connection.sendRequestEntity(request);
            if (connection.isConsistent()) {
                // What is left of a request that was refused is for nobody, and may never leave.
                connection.flush();
            }
            return null;
        } catch (UnaskedBytesException e) {
            throw e;
        } catch (IOException e) {
            if (e.getCause() instanceof HttpException) {
                throw e;
            }
            if (connection instanceof WatchedConnection watched) {
                watched.markBad();
            }
            return e;
        }
    }

    private static ClassicHttpResponse headAfterAll(HttpClientConnection connection, IOException unwritten)
            throws IOException, HttpException {
        try {
            return head(connection);
        } catch (SSLException e) {
            // An alert says more than the pipe that broke behind it.
            e.addSuppressed(unwritten);
            throw e;
        } catch (IOException e) {
            unwritten.addSuppressed(e);
            throw unwritten;
        }
    }

    private static ClassicHttpResponse head(HttpClientConnection connection) throws IOException, HttpException {
        ClassicHttpResponse early = connection instanceof WatchedConnection watched ? watched.early() : null;
        ClassicHttpResponse head = early == null ? connection.receiveResponseHeader() : early;
        while (head.getCode() < HttpStatus.SC_SUCCESS) {
            if (head.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
                throw new ProtocolException("no upgrade was asked for");
            }
            head = connection.receiveResponseHeader();
        }
        return head;
    }
}
