package dev.posthaste.httpclient;

import java.util.regex.Pattern;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;

/**
 * How long an answer's body is said to be. The same length said more than once is one (RFC 9112, section 6.3), and a
 * length is digits only. Immutable.
 */
final class AnnouncedLength implements ContentLengthStrategy {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

    @Override
    public long determineLength(HttpMessage answer) throws HttpException {
        if (answer.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
            return DefaultContentLengthStrategy.INSTANCE.determineLength(answer);
        }
        long length = UNDEFINED;
        for (Header header : answer.getHeaders(HttpHeaders.CONTENT_LENGTH)) {
            for (String said : String.valueOf(header.getValue()).split(",", -1)) {
                long one = length(said.strip());
                if (length != UNDEFINED && one != length) {
                    throw new ProtocolException("two different lengths");
                }
                length = one;
            }
        }
        return length;
    }

    private static long length(String said) throws ProtocolException {
        if (!DIGITS.matcher(said).matches()) {
            throw new ProtocolException("a length that is no number");
        }
        try {
            return Long.parseLong(said);
        } catch (NumberFormatException e) {
            throw new ProtocolException("a length beyond all bounds", e);
        }
    }
}
