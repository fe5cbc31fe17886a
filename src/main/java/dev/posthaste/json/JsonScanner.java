package dev.posthaste.json;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through JSON text, RFC 8259 to the letter, and takes nothing of it into memory but marks of names: a body of
 * megabytes costs little more than its text, whatever is in it. What it refuses it refuses with the place, by a
 * {@link MalformedJsonException}. Not thread-safe.
 */
public final class JsonScanner {
    private static final int MAX_DEPTH = 100;
    private static final int ESCAPED_UNIT = 6;

    /** Names that are compared letter by letter in one reading. */
    private static final int MAX_SUSPECTS = 1_024;

    private final String text;
    private final int end;
    private final @Nullable NamesSeen names;
    private final int[] objectStarts = new int[MAX_DEPTH + 1];
    private final int[] namesBefore = new int[MAX_DEPTH + 1];
    private int at;
    private int depth;
    private boolean isEscaped;
    private boolean hasHalfCharacter;

    private JsonScanner(Span text, @Nullable NamesSeen names) {
        this.text = text.text();
        this.at = text.start();
        this.end = text.end();
        this.names = names;
    }

    /** Names that appear twice in one object are refused. */
    public static JsonScanner refusingTwins(String text) {
        return new JsonScanner(Span.of(text), new NamesSeen());
    }

    /** Of names that appear twice nobody takes notice: of a text that was gone through before, or that is not ours. */
    public static JsonScanner takingTwins(Span text) {
        return new JsonScanner(text, null);
    }

    /** Whether the next that comes is this character. */
    public boolean isAt(char c) {
        skipBlanks();
        return at < end && text.charAt(at) == c;
    }

    public boolean isAtEnd() {
        skipBlanks();
        return at == end;
    }

    /** The place in the text, in characters. */
    public int position() {
        return at;
    }

    /** Passes an opening bracket, and says whether something is in it. */
    public boolean opens(char open) {
        skipBlanks();
        objectStarts[depth] = at;
        pass(open);
        if (++depth > MAX_DEPTH) {
            throw new MalformedJsonException("is nested deeper than " + MAX_DEPTH);
        }
        namesBefore[depth] = names == null ? 0 : names.size();
        return !closes(open);
    }

    /** Passes what stands behind a member or an element, and says whether another one follows. */
    public boolean continues(char open) {
        if (isAt(',')) {
            at++;
            return true;
        }
        if (!closes(open)) {
            throw malformed("");
        }
        return false;
    }

    /** Passes a member's name with its colon. */
    public JsonValue.Text name() {
        skipBlanks();
        int start = at + 1;
        string();
        JsonValue.Text name = new JsonValue.Text(new Span(text, start, at - 1), isEscaped);
        if (names != null) {
            names.add(mark(names, name));
        }
        skipBlanks();
        pass(':');
        return name;
    }

    /** Passes a value with all that is in it. */
    public JsonValue value() {
        skipBlanks();
        int start = at;
        char c = at < end ? text.charAt(at) : ' ';
        skip();
        return switch (c) {
            case '"' -> new JsonValue.Text(new Span(text, start + 1, at - 1), isEscaped);
            case '{' -> new JsonValue.ObjectText(new Span(text, start, at));
            case '[' -> new JsonValue.ArrayText(new Span(text, start, at));
            case 't', 'f' -> new JsonValue.Flag(c == 't');
            case 'n' -> new JsonValue.Null();
            default -> new JsonValue.Numeral(new Span(text, start, at));
        };
    }

    /** Whether half a character was passed since this was asked last. */
    public boolean tookHalfCharacter() {
        boolean took = hasHalfCharacter;
        hasHalfCharacter = false;
        return took;
    }

    /** Says that the text goes wrong at this place; {@code why} begins with a colon, or is empty. */
    public MalformedJsonException malformed(String why) {
        return malformed(why, at);
    }

    private MalformedJsonException malformed(String why, int place) {
        int line = 1;
        int lineStart = 0;
        for (int end = text.indexOf('\n'); end >= 0 && end < place; end = text.indexOf('\n', lineStart)) {
            line++;
            lineStart = end + 1;
        }
        int column = place - lineStart + 1;
        return new MalformedJsonException("is not valid JSON" + why + " (line " + line + ", column " + column + ")");
    }

    private void skip() {
        char c = at < end ? text.charAt(at) : ' ';
        switch (c) {
            case '"' -> string();
            case '{' -> {
                for (boolean more = opens('{'); more; more = continues('{')) {
                    name();
                    skipBlanks();
                    skip();
                }
            }
            case '[' -> {
                for (boolean more = opens('['); more; more = continues('[')) {
                    skipBlanks();
                    skip();
                }
            }
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private boolean closes(char open) {
        if (!isAt(open == '{' ? '}' : ']')) {
            return false;
        }
        at++;
        depth--;
        if (names != null) {
            long[] suspects = names.endSince(namesBefore[depth + 1]);
            if (suspects.length > 0) {
                refuseTwins(names, suspects, new Span(text, objectStarts[depth], at));
            }
        }
        return true;
    }

    /**
     * Reads an object again, of which some names have the same mark; not of all of them at once, as there may be as many as fit
     * into the largest body. Names that are alike by their marks only are rare, so the first reading finds twins.
     */
    private void refuseTwins(NamesSeen marks, long[] suspects, Span object) {
        for (int from = 0; from < suspects.length; from += MAX_SUSPECTS) {
            int end = Math.min(suspects.length, from + MAX_SUSPECTS);
            refuseTwinsAmong(Arrays.copyOfRange(suspects, from, end), marks, object);
        }
    }

    private void refuseTwinsAmong(long[] suspects, NamesSeen marks, Span object) {
        Set<String> found = new HashSet<>();
        JsonScanner again = takingTwins(object);
        for (boolean more = again.opens('{'); more; more = again.continues('{')) {
            JsonValue.Text name = again.name();
            boolean isSuspect = Arrays.binarySearch(suspects, mark(marks, name)) >= 0;
            if (isSuspect && !found.add(name.value())) {
                throw malformed(
                        ": a key appears twice in one object", name.spelling().start() - 1);
            }
            again.value();
        }
    }

    private static long mark(NamesSeen marks, JsonValue.Text name) {
        Span spelling = name.isEscaped() ? Span.of(name.value()) : name.spelling();
        return marks.mark(spelling.text(), spelling.start(), spelling.end());
    }

    private void string() {
        pass('"');
        isEscaped = false;
        while (at < end) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return;
            }
            if (c < ' ') {
                throw malformed("");
            }
            if (c == '\\') {
                isEscaped = true;
                escape();
            } else {
                at++;
            }
        }
        throw malformed("");
    }

    private void escape() {
        char kind = at + 1 < end ? text.charAt(at + 1) : ' ';
        if (kind != 'u') {
            if (!JsonEscapes.isLetter(kind)) {
                throw malformed("");
            }
            at += 2;
            return;
        }
        int unit = JsonEscapes.unit(text, at + 2, end);
        if (unit < 0) {
            throw malformed("");
        }
        at += ESCAPED_UNIT;
        if (Character.isHighSurrogate((char) unit) && isEscapedLowSurrogate()) {
            at += ESCAPED_UNIT;
        } else if (Character.isSurrogate((char) unit)) {
            // Only an escape can spell one: UTF-8 cannot.
            hasHalfCharacter = true;
        }
    }

    private boolean isEscapedLowSurrogate() {
        int unit = text.startsWith("\\u", at) ? JsonEscapes.unit(text, at + 2, end) : -1;
        return unit >= 0 && Character.isLowSurrogate((char) unit);
    }

    private void number() {
        if (at < end && text.charAt(at) == '-') {
            at++;
        }
        if (at < end && text.charAt(at) == '0') {
            at++;
        } else {
            digits();
        }
        if (at < end && text.charAt(at) == '.') {
            at++;
            digits();
        }
        if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < end && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            digits();
        }
    }

    private void digits() {
        int start = at;
        while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw malformed("");
        }
    }

    private void word(String word) {
        if (!text.startsWith(word, at) || at + word.length() > end) {
            throw malformed("");
        }
        at += word.length();
    }

    private void pass(char c) {
        if (at == end || text.charAt(at) != c) {
            throw malformed("");
        }
        at++;
    }

    private void skipBlanks() {
        while (at < end) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }
}
