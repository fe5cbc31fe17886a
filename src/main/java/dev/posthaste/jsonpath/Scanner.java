package dev.posthaste.jsonpath;

/** A place in a query's text that moves on. Not thread-safe. */
final class Scanner {
    /** The largest integer that every double can hold, and so every JSON. */
    private static final long LARGEST = (1L << 53) - 1;

    private static final int MAX_DIGITS = 17;
    private static final char END = '\uffff';

    private final String text;
    private int position;

    Scanner(String text) {
        this.text = text;
    }

    /** The next character; a noncharacter at the end. */
    char peek() {
        return position < text.length() ? text.charAt(position) : END;
    }

    boolean isAtEnd() {
        return position >= text.length();
    }

    int position() {
        return position;
    }

    void returnTo(int earlier) {
        position = earlier;
    }

    String since(int start) {
        return text.substring(start, position);
    }

    boolean take(String expected) {
        if (text.startsWith(expected, position)) {
            position += expected.length();
            return true;
        }
        return false;
    }

    void require(String expected) throws InvalidJsonPathException {
        if (!take(expected)) {
            throw failure("expected " + expected);
        }
    }

    char next() throws InvalidJsonPathException {
        if (isAtEnd()) {
            throw failure("it ends too early");
        }
        return text.charAt(position++);
    }

    void skipBlanks() {
        while (" \t\n\r".indexOf(peek()) >= 0) {
            position++;
        }
    }

    boolean skipDigits() {
        int start = position;
        while (isDigit(peek())) {
            position++;
        }
        return position > start;
    }

    /** An index or a bound of a slice. */
    long integer() throws InvalidJsonPathException {
        int start = position;
        boolean isNegative = take("-");
        int digits = position;
        if (!skipDigits() || (text.charAt(digits) == '0' && (isNegative || position > digits + 1))) {
            throw failure("expected an integer");
        }
        if (position - digits > MAX_DIGITS || Long.parseLong(text.substring(digits, position)) > LARGEST) {
            throw failure("the integer is too large");
        }
        return Long.parseLong(since(start));
    }

    boolean isAtInteger() {
        return peek() == '-' || isDigit(peek());
    }

    InvalidJsonPathException failure(String message) {
        return new InvalidJsonPathException(message, position);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
