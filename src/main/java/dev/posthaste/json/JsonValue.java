package dev.posthaste.json;

import java.math.BigInteger;

/** A value within JSON text: a part of the text until somebody asks for what is in it. */
public sealed interface JsonValue {
    /** Whether it counts as if it were not there: {@code null}, and a string of nothing but blanks. */
    default boolean isMissing() {
        return false;
    }

    /**
     * A string.
     *
     * @param spelling what stands between its quotes
     */
    record Text(Span spelling, boolean isEscaped) implements JsonValue {
        /** Its characters, the escapes resolved. */
        public String value() {
            return isEscaped ? JsonEscapes.decoded(spelling) : spelling.copy();
        }

        @Override
        public boolean isMissing() {
            for (int i = 0; i < spelling.length(); i++) {
                if (!Character.isWhitespace(spelling.charAt(i))) {
                    return isEscaped && value().isBlank();
                }
            }
            return true;
        }
    }

    /** A number as it was spelt. */
    record Numeral(Span text) implements JsonValue {
        private static final int MANY_DIGITS = 40;

        public String spelling() {
            return text.copy();
        }

        public boolean isInteger() {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c != '-' && (c < '0' || c > '9')) {
                    return false;
                }
            }
            return true;
        }

        /** Of an integer with very many digits the first ones are enough to tell that it is out of bounds. */
        public BigInteger integer() {
            return new BigInteger(text.first(MANY_DIGITS).copy());
        }
    }

    /** True or false. */
    record Flag(boolean value) implements JsonValue {}

    /** {@code null}, which means absent. */
    record Null() implements JsonValue {
        @Override
        public boolean isMissing() {
            return true;
        }
    }

    /** An object, character for character. */
    record ObjectText(Span text) implements JsonValue {}

    /** An array, character for character. */
    record ArrayText(Span text) implements JsonValue {}
}
