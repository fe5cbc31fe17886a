package dev.posthaste.httpclient;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy has answered to CONNECT: the last head, those of interim answers before it counted with it. Nothing behind
 * it is read, because that is the tunnel's.
 *
 * @param phrase of the status line, may be empty
 * @param fields by their names, the first of each
 */
record ProxyAnswer(int status, String phrase, Map<String, String> fields) {
    private static final int SWITCHING = 101;
    private static final int FIRST_FINAL = 200;
    private static final int CODE_DIGITS = 3;

    /**
     * Reads it.
     *
     * @param maxBytes of all heads together
     * @throws EOFException when the proxy has closed before that
     * @throws MessageConstraintException when it is no head of HTTP/1.1, or more than may be taken
     */
    static ProxyAnswer read(InputStream in, int maxBytes) throws IOException {
        Lines lines = new Lines(in, maxBytes);
        ProxyAnswer answer = lines.head();
        while (answer.status < FIRST_FINAL) {
            if (answer.status == SWITCHING) {
                throw new MessageConstraintException("an answer to CONNECT that switches to something else");
            }
            answer = lines.head();
        }
        return answer;
    }

    @Nullable
    String field(String name) {
        return fields.get(name);
    }

    /** Reads byte by byte, so that nothing is taken from the tunnel; once for each connection. */
    private static final class Lines {
        private final InputStream in;
        private final HeadGrammar grammar = new HeadGrammar();
        private int left;

        Lines(InputStream in, int maxBytes) {
            this.in = in;
            this.left = maxBytes;
        }

        ProxyAnswer head() throws IOException {
            grammar.begin();
            String[] status = line().split(" +", CODE_DIGITS);
            Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.putIfAbsent(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
            return new ProxyAnswer(
                    Integer.parseInt(status[1].strip()), status.length > 2 ? status[2].strip() : "", fields);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int octet = octet(); octet != '\n'; octet = octet()) {
                line.append((char) octet);
            }
            if (line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
                line.setLength(line.length() - 1);
            }
            grammar.line(line);
            return line.toString();
        }

        private int octet() throws IOException {
            if (left-- == 0) {
                throw new MessageConstraintException("the head of a proxy's answer is more than can be taken");
            }
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the proxy closed the connection");
            }
            return octet;
        }
    }
}
