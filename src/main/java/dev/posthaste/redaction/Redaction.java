package dev.posthaste.redaction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is not shown of requests and answers, beside the headers that never are. Immutable.
 *
 * @param entries {@code body}, {@code response_body} and {@code headers.<name>}, as the user wrote them
 */
public record Redaction(List<String> entries) {
    /** Nothing but the headers that are never shown. */
    public static final Redaction NONE = new Redaction(List.of());

    /** The body of a request. */
    public static final String BODY = "body";

    /** The body of an answer. */
    public static final String RESPONSE_BODY = "response_body";

    /** What the name of a header stands behind. */
    public static final String HEADERS = "headers.";

    /** In lower case: those of the contract. */
    private static final Set<String> ALWAYS =
            Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token");

    /** No name of a header has one (RFC 9110, section 5.1). */
    private static final String BETWEEN = ",";

    /** Copies the list. */
    public Redaction {
        entries = List.copyOf(entries);
    }

    /** Reads what {@link #text} has written; null is nothing. */
    public static Redaction ofText(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : new Redaction(List.of(text.split(BETWEEN, -1)));
    }

    /** As it is kept; null for nothing, so that rows without it need no room for it. */
    public @Nullable String text() {
        return entries.isEmpty() ? null : String.join(BETWEEN, entries);
    }

    /** What either of the two names. */
    public Redaction and(Redaction other) {
        if (entries.isEmpty() || other.entries.isEmpty()) {
            return entries.isEmpty() ? other : this;
        }
        List<String> both = new ArrayList<>(entries);
        both.addAll(other.entries);
        return new Redaction(both);
    }

    /** Whether the body of a request is hidden. */
    public boolean hidesBody() {
        return entries.contains(BODY);
    }

    /** Whether the body of an answer is. */
    boolean hidesResponseBody() {
        return entries.contains(RESPONSE_BODY);
    }

    /** Whether the value of a header is, of a request or an answer; case does not count. */
    boolean hidesHeader(String name) {
        return ALWAYS.contains(name.toLowerCase(Locale.ROOT))
                || entries.stream().anyMatch(entry -> isOfHeader(entry, name));
    }

    /** Whether the value of any of these headers is hidden. */
    public boolean hidesAnyOf(Collection<String> names) {
        return names.stream().anyMatch(this::hidesHeader);
    }

    private static boolean isOfHeader(String entry, String name) {
        return entry.length() == HEADERS.length() + name.length()
                && entry.startsWith(HEADERS)
                && entry.regionMatches(true, HEADERS.length(), name, 0, name.length());
    }
}
