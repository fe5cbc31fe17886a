package dev.posthaste.httpclient;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * What HttpCore leaves open of the lines of a head, and others on the way read differently: which version it is, whose
 * field a line belongs to, and how long the body is. A carriage return stands before the end of a line only (RFC 9112,
 * section 2.2), and no control octet stands in a name or in a field that frames. In other values it does no harm: they are
 * only recorded. Not thread-safe.
 */
final class HeadGrammar {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[0-9] +[0-9]{3}(?: .*)?", Pattern.DOTALL);
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection");
    private static final int MAX_FRAMING = "transfer-encoding".length();
    private static final char DELETE = 0x7F;

    private boolean isFirst = true;
    private boolean hasField;
    private boolean isFraming;

    /** Another head begins. */
    void begin() {
        isFirst = true;
        hasField = false;
        isFraming = false;
    }

    /** A line without its end. */
    void line(CharSequence line) throws MessageConstraintException {
        if (hasReturn(line)) {
            throw malformed();
        }
        if (isFirst) {
            isFirst = false;
            if (!STATUS_LINE.matcher(line).matches()) {
                throw malformed();
            }
        } else if (!line.isEmpty()) {
            field(line);
        }
    }

    private void field(CharSequence line) throws MessageConstraintException {
        int value = 0;
        if (isBlank(line.charAt(0))) {
            // It belongs to the line before, if that is a field.
            if (!hasField) {
                throw malformed();
            }
        } else {
            value = lengthOfName(line);
            isFraming = value <= MAX_FRAMING
                    && FRAMING.contains(line.subSequence(0, value).toString().toLowerCase(Locale.ROOT));
            hasField = true;
        }
        for (int i = value; isFraming && i < line.length(); i++) {
            if (isControl(line.charAt(i)) && line.charAt(i) != '\t') {
                throw malformed();
            }
        }
    }

    private static int lengthOfName(CharSequence line) throws MessageConstraintException {
        int length = 0;
        while (length < line.length() && line.charAt(length) != ':') {
            if (isControl(line.charAt(length))) {
                throw malformed();
            }
            length++;
        }
        return length;
    }

    private static boolean hasReturn(CharSequence line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\r') {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isControl(char c) {
        return c < ' ' || c == DELETE;
    }

    private static MessageConstraintException malformed() {
        return new MessageConstraintException("a line of the head is not as RFC 9112 has it");
    }
}
