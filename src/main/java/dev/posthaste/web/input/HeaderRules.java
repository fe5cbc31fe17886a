package dev.posthaste.web.input;

import dev.posthaste.json.JsonValue;
import dev.posthaste.redaction.Masks;
import dev.posthaste.web.http.Errors;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which headers a user may have sent: those of RFC 9110, sections 5.1 and 5.5, without the ones that are not theirs. */
final class HeaderRules {
    private static final int MAX_HEADERS = 64;
    private static final int MAX_BYTES = 16 * 1024;
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** Visible characters, blanks and tabs between them, and ISO-8859-1's upper half, which HTTP carries as bytes. */
    private static final Pattern VALUE =
            Pattern.compile("(?:[\\x21-\\x7e\\xa0-\\xff](?:[\\x20-\\x7e\\t\\xa0-\\xff]*[\\x21-\\x7e\\xa0-\\xff])?)?");

    private static final Set<String> RESERVED = Set.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "content-length",
            "expect",
            "http2-settings");
    private static final Set<String> RESERVED_PREFIXES = Set.of("proxy-", "x-posthaste-", "x-recuro-", "webhook-");

    private HeaderRules() {}

    /** The headers of the object, with complaints about those that may not be sent. */
    static Map<String, String> read(JsonFields object, FieldReader fields) {
        if (object.size() > MAX_HEADERS) {
            fields.complain("headers", "must not have more than " + MAX_HEADERS + " items.");
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        int bytes = 0;
        for (Map.Entry<String, JsonValue> header : object.kept().entrySet()) {
            String field = "headers." + header.getKey();
            String lowerCase = header.getKey().toLowerCase(Locale.ROOT);
            if (header.getValue().isMissing()) {
                continue;
            }
            if (!(header.getValue() instanceof JsonValue.Text text)) {
                complain(fields, field, "must be a string.");
            } else if (!NAME.matcher(header.getKey()).matches()) {
                complain(fields, field, "must have a valid header name.");
            } else if (isReserved(lowerCase)) {
                complain(fields, field, "is reserved.");
            } else if (!seen.add(lowerCase)) {
                complain(fields, field, "appears twice.");
            } else {
                String value = text.value();
                bytes += header.getKey().length() + value.getBytes(StandardCharsets.ISO_8859_1).length;
                if (bytes > MAX_BYTES) {
                    fields.complain("headers", "must not be greater than " + MAX_BYTES + " bytes.");
                    return headers;
                }
                if (!VALUE.matcher(value).matches()) {
                    complain(fields, field, "must be a valid header value.");
                } else if (Masks.isIn(value)) {
                    complain(fields, field, RequestFields.MASKED);
                }
                headers.put(header.getKey(), value);
            }
        }
        return headers;
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** To receivers behind CGI, WSGI and their like an underscore is a hyphen (RFC 3875, 4.1.18). */
    private static boolean isReserved(String lowerCaseName) {
        String name = lowerCaseName.replace('_', '-');
        return RESERVED.contains(name) || RESERVED_PREFIXES.stream().anyMatch(name::startsWith);
    }

    /** A header's name is the client's own: its underscores stay. */
    private static void complain(FieldReader fields, String field, String complaint) {
        fields.complainOf(field, "The " + Errors.shown(field) + " field " + complaint);
    }
}
