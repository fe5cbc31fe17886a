package dev.posthaste.web;

import java.math.BigInteger;

/** A value of a request body. Objects and arrays stay text until somebody asks for what is in them. */
sealed interface JsonValue {
    /** A string. */
    record Text(String value) implements JsonValue {}

    /** A number as it was spelt. */
    record Numeral(String spelling) implements JsonValue {
        boolean isInteger() {
            return spelling.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        }

        /** Of an integer with very many digits the first ones are enough to tell that it is out of bounds. */
        BigInteger integer() {
            return new BigInteger(spelling.substring(0, Math.min(spelling.length(), MANY_DIGITS)));
        }

        private static final int MANY_DIGITS = 40;
    }

    /** True or false. */
    record Flag(boolean value) implements JsonValue {}

    /** {@code null}, which means absent. */
    record Null() implements JsonValue {}

    /** An object, character for character. */
    record ObjectText(String text) implements JsonValue {}

    /** An array, character for character. */
    record ArrayText(String text) implements JsonValue {}
}
