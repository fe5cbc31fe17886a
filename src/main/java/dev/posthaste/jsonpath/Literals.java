package dev.posthaste.jsonpath;

/** Reads the literals of a query: strings in either quotes, numbers, and names without quotes. */
final class Literals {
    private Literals() {}

    static boolean isAtString(Scanner scanner) {
        return scanner.peek() == '\'' || scanner.peek() == '"';
    }

    static String string(Scanner scanner) throws InvalidJsonPathException {
        char quote = scanner.next();
        StringBuilder characters = new StringBuilder();
        for (char c = scanner.next(); c != quote; c = scanner.next()) {
            if (c < ' ') {
                throw scanner.failure("a control character must be escaped");
            }
            if (c == '\\') {
                characters.append(escape(scanner, quote));
            } else {
                characters.append(c);
            }
        }
        return characters.toString();
    }

    static Json.Numeral number(Scanner scanner) throws InvalidJsonPathException {
        int start = scanner.position();
        scanner.take("-");
        if (!scanner.take("0") && !scanner.skipDigits()) {
            throw scanner.failure("expected a number");
        }
        if (scanner.take(".") && !scanner.skipDigits()) {
            throw scanner.failure("expected a digit");
        }
        if (scanner.take("e") || scanner.take("E")) {
            if (!scanner.take("+")) {
                scanner.take("-");
            }
            if (!scanner.skipDigits()) {
                throw scanner.failure("expected a digit");
            }
        }
        return new Json.Numeral(scanner.since(start));
    }

    /** A member's name behind a dot. */
    static String shorthand(Scanner scanner) throws InvalidJsonPathException {
        int start = scanner.position();
        if (Scanner.isDigit(scanner.peek()) || !isNameCharacter(scanner)) {
            throw scanner.failure("expected a name");
        }
        while (isNameCharacter(scanner)) {
            scanner.next();
        }
        return scanner.since(start);
    }

    private static boolean isNameCharacter(Scanner scanner) {
        char c = scanner.peek();
        return !scanner.isAtEnd()
                && (c == '_' || c >= 0x80 || Scanner.isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }

    private static String escape(Scanner scanner, char quote) throws InvalidJsonPathException {
        char c = scanner.next();
        return switch (c) {
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case '/', '\\' -> String.valueOf(c);
            case 'u' -> unicode(scanner);
            default -> {
                if (c != quote) {
                    throw scanner.failure("no such escape");
                }
                yield String.valueOf(c);
            }
        };
    }

    private static String unicode(Scanner scanner) throws InvalidJsonPathException {
        char first = hexadecimal(scanner);
        if (!Character.isSurrogate(first)) {
            return String.valueOf(first);
        }
        if (Character.isHighSurrogate(first) && scanner.take("\\u")) {
            char second = hexadecimal(scanner);
            if (Character.isLowSurrogate(second)) {
                return String.valueOf(new char[] {first, second});
            }
        }
        throw scanner.failure("half of a character");
    }

    private static char hexadecimal(Scanner scanner) throws InvalidJsonPathException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            char c = scanner.next();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw scanner.failure("expected four hexadecimal digits");
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }
}
