package dev.posthaste.jsonpath;

/**
 * Checks an expression by the grammar of RFC 9485 (I-Regexp), spells it for RE2, and measures how large it is once its
 * repetitions are written out. {@code ^} and {@code $} are anchors, as everybody expects. Not thread-safe.
 */
final class RegexpTranslation {
    private static final int MAX_SIZE = 2_000;
    private static final int MAX_REPETITIONS = 1_000;
    private static final int DEEPEST = 50;
    private static final String ESCAPABLE = "()*+-.?[\\]^{|}nrt";

    private final String text;
    private final StringBuilder result = new StringBuilder();
    private int position;
    private int depth;
    private long size;

    RegexpTranslation(String text) {
        this.text = text;
    }

    /** False when it is none, or too large. */
    boolean translate() {
        return text.length() <= MAX_SIZE && alternatives() && position == text.length();
    }

    String result() {
        return result.toString();
    }

    int size() {
        return (int) Math.max(1, size);
    }

    private boolean alternatives() {
        while (position < text.length() && text.charAt(position) != ')') {
            if (take('|')) {
                result.append('|');
                size++;
            } else if (!piece()) {
                return false;
            }
        }
        return true;
    }

    private boolean piece() {
        long before = size;
        if (!atom()) {
            return false;
        }
        size++;
        long atomSize = size - before;
        long repetitions = 1;
        if (take('*') || take('+') || take('?')) {
            result.append(text.charAt(position - 1));
        } else if (take('{')) {
            repetitions = repetitions();
        }
        size = before + atomSize * repetitions;
        return repetitions > 0 && size <= MAX_SIZE;
    }

    private boolean atom() {
        char c = text.charAt(position);
        if (take('(')) {
            result.append("(?:");
            boolean isValid = ++depth <= DEEPEST && alternatives() && take(')');
            depth--;
            result.append(')');
            return isValid;
        }
        if (take('.')) {
            result.append("[^\\n\\r]");
            return true;
        }
        if (take('[')) {
            return characterClass();
        }
        if (c == '\\') {
            return escape();
        }
        if (c == '^' || c == '$') {
            result.append(c);
            position++;
            return true;
        }
        return "*+?])}{|".indexOf(c) < 0 && literal();
    }

    private boolean characterClass() {
        result.append('[');
        if (take('^')) {
            result.append('^');
        }
        boolean isEmpty = true;
        while (!take(']')) {
            if (position >= text.length() || !classMember(isEmpty)) {
                return false;
            }
            isEmpty = false;
        }
        result.append(']');
        return !isEmpty;
    }

    private boolean classMember(boolean isFirst) {
        if (take('-')) {
            result.append("\\-");
            return isFirst || peek() == ']';
        }
        if (text.startsWith("\\p", position) || text.startsWith("\\P", position)) {
            return escape();
        }
        if (!classCharacter()) {
            return false;
        }
        if (peek() == '-' && position + 1 < text.length() && text.charAt(position + 1) != ']') {
            position++;
            result.append('-');
            return classCharacter();
        }
        return true;
    }

    private boolean classCharacter() {
        char c = peek();
        if (c == '\\') {
            return !text.startsWith("\\p", position) && !text.startsWith("\\P", position) && escape();
        }
        return position < text.length() && c != '[' && c != ']' && c != '-' && literal();
    }

    /** Behind the brace; 0 when it is no quantifier. */
    private long repetitions() {
        int close = text.indexOf('}', position);
        String range = close < 0 ? "" : text.substring(position, close);
        if (!range.matches("[0-9]{1,4}(,([0-9]{1,4})?)?")) {
            return 0;
        }
        String[] bounds = range.split(",", -1);
        int least = Integer.parseInt(bounds[0]);
        boolean isOpen = bounds.length == 2 && bounds[1].isEmpty();
        int max = bounds.length == 1 || isOpen ? least : Integer.parseInt(bounds[1]);
        if (max < least || max > MAX_REPETITIONS) {
            return 0;
        }
        position = close + 1;
        result.append('{').append(range).append('}');
        return Math.max(1, max + (isOpen ? 1L : 0L));
    }

    private boolean escape() {
        position++;
        char c = peek();
        if (c == 'p' || c == 'P') {
            int close = text.indexOf('}', position);
            String category = close < 0 ? "" : text.substring(position + 1, close + 1);
            if (!category.matches("\\{[CLMNPSZ][a-z]?}")) {
                return false;
            }
            result.append('\\').append(c).append(category);
            position = close + 1;
            return true;
        }
        if (position >= text.length() || ESCAPABLE.indexOf(c) < 0) {
            return false;
        }
        result.append('\\').append(c);
        position++;
        return true;
    }

    /** Spelt by its number, so that nothing in it means anything. */
    private boolean literal() {
        int c = text.codePointAt(position);
        position += Character.charCount(c);
        result.append("\\x{").append(Integer.toHexString(c)).append('}');
        return true;
    }

    private char peek() {
        return position < text.length() ? text.charAt(position) : '\0';
    }

    private boolean take(char expected) {
        if (position < text.length() && text.charAt(position) == expected) {
            position++;
            return true;
        }
        return false;
    }
}
