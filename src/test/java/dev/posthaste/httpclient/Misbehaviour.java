package dev.posthaste.httpclient;

import static dev.posthaste.httpclient.KeepingServer.write;

import dev.posthaste.httpclient.KeepingServer.Request;
import dev.posthaste.jobs.FailureReason;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A way in which a receiver answers wrongly, oddly, or rightly but rarely: once on each connection. */
enum Misbehaviour {
    NONE(ok("%s")),
    JUNK_BEHIND_LENGTH(ok("%s") + "null"),
    A_LINE_BEHIND_LENGTH(ok("%s") + "\r\n"),
    SECOND_ANSWER(ok("%s") + ok("/another's")),
    SECOND_ANSWER_OF_LAST_CHUNK(chunked("%s") + ok("/another's")),
    JUNK_BEHIND_LAST_CHUNK(chunked("%s") + "junk"),
    TRAILERS(chunked("%s").replace("0\r\n\r\n", "0\r\nX-Late: 1\r\n\r\n")),
    CHUNK_EXTENSIONS(chunked("%s").replace("1000", "1000;a=b")),
    NULL_BEHIND_204("HTTP/1.1 204 No Content\r\nX-Id: %s\r\n\r\nnull"),
    LENGTH_AND_BODY_BEHIND_204("HTTP/1.1 204 No Content\r\nX-Id: %s\r\nContent-Length: 4\r\n\r\nnull"),
    TYPE_AND_BODY_BEHIND_204("HTTP/1.1 204 No Content\r\nX-Id: %s\r\nContent-Type: text/plain\r\n\r\nHTTP/1.1 "),
    CHUNKS_BEHIND_204("HTTP/1.1 204 No\r\nX-Id: %s\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    BODY_BEHIND_304(
            "HTTP/1.1 304 Not Modified\r\nX-Id: %s\r\nContent-Length: 2\r\n\r\nok", FailureReason.HTTP_REDIRECT),
    JUNK_BEHIND_304("HTTP/1.1 304 Not Modified\r\nX-Id: %s\r\n\r\nnull", FailureReason.HTTP_REDIRECT),
    REQUEST_TIMEOUT_WHILE_IDLE(ok("%s") + "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"),
    INTERIM_ANSWERS("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("%s")),
    INTERIM_ANSWER_BEHIND(ok("%s") + "HTTP/1.1 100 Continue\r\n\r\n"),
    INTERIM_FLOOD("HTTP/1.1 100 Continue\r\n\r\n".repeat(4_000), FailureReason.INVALID_RESPONSE),
    UPGRADE("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + ok("%s"), FailureReason.INVALID_RESPONSE),
    OLD_PROTOCOL("HTTP/1.0 200 OK\r\nX-Id: %s\r\nContent-Length: 0\r\n\r\n"),
    OLD_PROTOCOL_KEPT("HTTP/1.0 200 OK\r\nX-Id: %s\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"),
    NEW_PROTOCOL("HTTP/2.0 200 OK\r\nX-Id: %s\r\nContent-Length: 0\r\n\r\n", FailureReason.INVALID_RESPONSE),
    CLOSE_ANNOUNCED_AND_IGNORED("HTTP/1.1 200 OK\r\nX-Id: %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
    LOWER_CASE_NAMES("HTTP/1.1 200 OK\r\nx-id: %s\r\ncontent-length: 2\r\n\r\nok"),
    BARE_LINE_FEEDS("HTTP/1.1 200 OK\nX-Id: %s\nContent-Length: 0\n\n"),
    FOLDED_LINES("HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nX-Id: %s\r\nContent-Length: 0\r\n\r\n"),
    TWO_LENGTHS(
            "HTTP/1.1 200 OK\r\nX-Id: %s\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nokok",
            FailureReason.INVALID_RESPONSE),
    EQUAL_LENGTHS("HTTP/1.1 200 OK\r\nX-Id: %s\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"),
    EQUAL_LENGTHS_IN_A_LINE("HTTP/1.1 200 OK\r\nX-Id: %s\r\nContent-Length: 2, 2\r\n\r\nok"),
    SIGNED_LENGTH("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", FailureReason.INVALID_RESPONSE),
    LENGTH_AND_CHUNKS(
            "HTTP/1.1 200 OK\r\nX-Id: %s\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    NEGATIVE_LENGTH("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", FailureReason.INVALID_RESPONSE),
    LENGTH_TOO_SHORT("HTTP/1.1 200 OK\r\nX-Id: %s\r\nContent-Length: 1\r\n\r\nok"),
    NO_STATUS("HTTP/1.1 \r\n\r\n", FailureReason.INVALID_RESPONSE),
    NO_HTTP("null\r\n\r\n", FailureReason.INVALID_RESPONSE),
    MANY_HEADERS("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(300) + "\r\n", FailureReason.INVALID_RESPONSE),
    LARGE_HEADERS(
            "HTTP/1.1 200 OK\r\n" + ("X: " + "y".repeat(10_000) + "\r\n").repeat(7) + "\r\n",
            FailureReason.INVALID_RESPONSE),
    LARGE_TRAILERS(
            chunked("%s").replace("0\r\n\r\n", "0\r\n" + ("X: " + "y".repeat(10_000) + "\r\n").repeat(7) + "\r\n"),
            FailureReason.INVALID_RESPONSE),
    BAD_CHUNK(
            "HTTP/1.1 200 OK\r\nX-Id: %s\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", FailureReason.INVALID_RESPONSE),
    SIGNED_CHUNK(chunks("+2"), FailureReason.INVALID_RESPONSE),
    NEGATIVE_CHUNK(chunks("-2"), FailureReason.INVALID_RESPONSE),
    BLANK_BEFORE_CHUNK(chunks(" 2"), FailureReason.INVALID_RESPONSE),
    TAB_BEFORE_CHUNK(chunks("\t2"), FailureReason.INVALID_RESPONSE),
    PREFIXED_CHUNK(chunks("0x2"), FailureReason.INVALID_RESPONSE),
    QUOTED_CHUNK(chunks("\"2\""), FailureReason.INVALID_RESPONSE),
    CHUNK_WITHOUT_SIZE(chunks(""), FailureReason.INVALID_RESPONSE),
    EXTENSION_WITHOUT_SIZE(chunks(";a=b"), FailureReason.INVALID_RESPONSE),
    TWO_SIZES(chunks("2 2"), FailureReason.INVALID_RESPONSE),
    RETURN_IN_SIZE(chunks("2\r"), FailureReason.INVALID_RESPONSE),
    CHUNK_BEYOND_ALL_BOUNDS(chunks("10000000000000002"), FailureReason.INVALID_RESPONSE),
    CHUNK_LONGER_THAN_SAID(chunks("1"), FailureReason.INVALID_RESPONSE),
    NEGATIVE_LAST_CHUNK(chunks("2").replace("0\r\n\r\n", "-0\r\n\r\n"), FailureReason.INVALID_RESPONSE),
    SIGNED_LAST_CHUNK(chunks("2").replace("0\r\n\r\n", "+0\r\n\r\n"), FailureReason.INVALID_RESPONSE),
    TRAILER_WITHOUT_NAME(chunks("2").replace("0\r\n\r\n", "0\r\nnull\r\n\r\n"), FailureReason.INVALID_RESPONSE),
    FOLDED_FIRST_TRAILER(trailer(" X: y"), FailureReason.INVALID_RESPONSE),
    RETURN_IN_TRAILER(trailer("X: y\rz"), FailureReason.INVALID_RESPONSE),
    CONTROL_IN_NAME_OF_TRAILER(trailer("\0X: y"), FailureReason.INVALID_RESPONSE),
    FOLDED_TRAILER(trailer("X: y\r\n z\u0001")),
    UNCLOSED_QUOTE(chunks("2;a=\"b"), FailureReason.INVALID_RESPONSE),
    QUOTE_OVER_LINES(chunks("2;a=\"\r\nok\r\n0\r\n\r\n\""), FailureReason.INVALID_RESPONSE),
    QUOTE_CLOSED_BY_ESCAPED_ONE(chunks("2;a=\"b\\\""), FailureReason.INVALID_RESPONSE),
    RETURN_IN_EXTENSION(chunks("2;a\rb"), FailureReason.INVALID_RESPONSE),
    NUL_IN_EXTENSION(chunks("2;\0"), FailureReason.INVALID_RESPONSE),
    NUL_IN_QUOTE(chunks("2;a=\"\0\""), FailureReason.INVALID_RESPONSE),
    QUOTED_EXTENSION(chunks("2;a=\"b;\\\" \t\u00e4\";c; d=e")),
    CONTROL_IN_LENGTH(ok("%s").replace(": 2", ": \u000b2"), FailureReason.INVALID_RESPONSE),
    CONTROL_IN_CODING(field("Transfer-Encoding: \u001fchunked"), FailureReason.INVALID_RESPONSE),
    CONTROL_IN_FOLDED_CODING(field("Transfer-Encoding:\r\n \u001cchunked"), FailureReason.INVALID_RESPONSE),
    CONTROL_IN_CONNECTION(field("Connection: \u000bclose"), FailureReason.INVALID_RESPONSE),
    NUL_IN_NAME(field("\0Transfer-Encoding: chunked"), FailureReason.INVALID_RESPONSE),
    TAB_IN_NAME(field("X\tTransfer-Encoding: chunked"), FailureReason.INVALID_RESPONSE),
    DELETE_IN_NAME(field("Content-Length\u007f: 1"), FailureReason.INVALID_RESPONSE),
    FOLDED_STATUS_LINE(ok("%s").replace("OK\r\n", "OK\r\n X: y\r\n"), FailureReason.INVALID_RESPONSE),
    RETURN_IN_VALUE(field("X: 1\rContent-Length: 9"), FailureReason.INVALID_RESPONSE),
    TWO_RETURNS(field("X: 1\r"), FailureReason.INVALID_RESPONSE),
    RETURN_IN_STATUS_LINE(ok("%s").replace("200 OK", "200 O\rK"), FailureReason.INVALID_RESPONSE),
    RETURN_BEFORE_STATUS_LINE("\r" + ok("%s"), FailureReason.INVALID_RESPONSE),
    BLANK_BEFORE_STATUS_LINE(" " + ok("%s"), FailureReason.INVALID_RESPONSE),
    LONG_MAJOR_VERSION(ok("%s").replace("/1.1", "/01.1"), FailureReason.INVALID_RESPONSE),
    LONG_MINOR_VERSION(ok("%s").replace("/1.1", "/1.01"), FailureReason.INVALID_RESPONSE),
    TAB_BEHIND_VERSION(ok("%s").replace("1 200", "1\t200"), FailureReason.INVALID_RESPONSE),
    ODD_BUT_HARMLESS_LINES(ok("%s").replace("200 OK", "200  \u0085\t\u0001")
            .replace(": 2", ":\t2 \t")
            .replace("X-Id", "X: \0\u0001\u00ff\r\nX-Id")),
    NO_REASON(ok("%s").replace("200 OK", "200")),
    BLANKS_BEHIND_CHUNK(chunks("0002  \t")),
    MANY_ZEROS(chunks("0".repeat(30) + "2")),
    BARE_LINE_FEEDS_AMONG_CHUNKS(chunks("2").replace("\r\n0\r\n\r\n", "\n0\nX-Late: 1\n\n")),
    SPLIT(ok("%s")) {
        @Override
        boolean answer(Request request, Socket connection) throws IOException {
            for (char c : text(request).toCharArray()) {
                write(connection, String.valueOf(c));
            }
            return true;
        }
    },
    LATE_JUNK(ok("%s")) {
        @Override
        boolean answer(Request request, Socket connection) throws IOException {
            write(connection, text(request));
            RawServer.pause(Duration.ofMillis(2));
            write(connection, "late");
            return true;
        }
    },
    END_AMONG_HEADERS("HTTP/1.1 200 OK\r\nX-Id: %s\r\n", FailureReason.CONNECTION_ERROR, false),
    END_IN_STATUS_LINE("HTTP/1.1 200 O", FailureReason.CONNECTION_ERROR, false),
    END_IN_HEADER_LINE("HTTP/1.1 200 OK\r\nX-Id: %s", FailureReason.CONNECTION_ERROR, false),
    END_IN_BODY("HTTP/1.1 200 OK\r\nX-Id: %s\r\nContent-Length: 10\r\n\r\nok", FailureReason.CONNECTION_ERROR, false),
    END_IN_CHUNK(
            "HTTP/1.1 200 OK\r\nX-Id: %s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok",
            FailureReason.CONNECTION_ERROR, false),
    END_IN_TRAILERS(
            "HTTP/1.1 200 OK\r\nX-Id: %s\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-A: 1\r\n",
            FailureReason.CONNECTION_ERROR, false),
    END_ENDS_BODY("HTTP/1.1 200 OK\r\nX-Id: %s\r\n\r\nok", null, false),
    CLOSE_ANNOUNCED("HTTP/1.1 200 OK\r\nX-Id: %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", null, false),
    RESET_INSTEAD("", FailureReason.CONNECTION_ERROR, false) {
        @Override
        boolean answer(Request request, Socket connection) throws IOException {
            connection.setSoLinger(true, 0);
            return false;
        }
    },
    SILENCE_INSTEAD("", FailureReason.CONNECTION_ERROR, false),
    HALF_CLOSE(ok("%s")) {
        @Override
        boolean answer(Request request, Socket connection) throws IOException {
            write(connection, text(request));
            connection.shutdownOutput();
            return true;
        }
    };

    private final String answer;
    private final @Nullable FailureReason failure;
    private final boolean keeps;

    Misbehaviour(String answer) {
        this(answer, null);
    }

    Misbehaviour(String answer, @Nullable FailureReason failure) {
        this(answer, failure, true);
    }

    Misbehaviour(String answer, @Nullable FailureReason failure, boolean keeps) {
        this.answer = answer;
        this.failure = failure;
        this.keeps = keeps;
    }

    /** What its receiver makes of the job. */
    @Nullable
    FailureReason failure() {
        return failure;
    }

    /** Whether it comes by itself, behind the answer. */
    boolean comesLater() {
        return this == LATE_JUNK || this == HALF_CLOSE;
    }

    /** False to end the connection. */
    boolean answer(Request request, Socket connection) throws IOException {
        write(connection, text(request));
        return keeps;
    }

    String text(Request request) {
        return answer.replace("%s", request.path());
    }

    static String ok(String id) {
        return "HTTP/1.1 200 OK\r\nX-Id: " + id + "\r\nContent-Length: 2\r\n\r\nok";
    }

    private static String field(String line) {
        return ok("%s").replace("Content-Length", line + "\r\nContent-Length");
    }

    private static String trailer(String line) {
        return chunks("2").replace("0\r\n\r\n", "0\r\n" + line + "\r\n\r\n");
    }

    private static String chunks(String size) {
        return "HTTP/1.1 200 OK\r\nX-Id: %s\r\nTransfer-Encoding: chunked\r\n\r\n" + size + "\r\nok\r\n0\r\n\r\n";
    }

    private static String chunked(String id) {
        return "HTTP/1.1 200 OK\r\nX-Id: " + id + "\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + "x".repeat(4_096)
                + "\r\n0\r\n\r\n";
    }
}
