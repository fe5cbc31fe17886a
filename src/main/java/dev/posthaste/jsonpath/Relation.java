package dev.posthaste.jsonpath;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The comparisons of RFC 9535, section 2.3.5.2.2. */
enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    static final int CHARACTERS_A_UNIT = 16;
    /** Longer spellings are compared as doubles: exact arithmetic with them has no bound. */
    private static final int MAX_EXACT = 64;

    boolean holds(@Nullable Json left, @Nullable Json right, Evaluation evaluation) {
        return switch (this) {
            case EQUAL -> areEqual(left, right, evaluation);
            case NOT_EQUAL -> !areEqual(left, right, evaluation);
            case LESS -> isLess(left, right, evaluation);
            case LESS_OR_EQUAL -> isLess(left, right, evaluation) || areEqual(left, right, evaluation);
            case GREATER -> isLess(right, left, evaluation);
            case GREATER_OR_EQUAL -> isLess(right, left, evaluation) || areEqual(left, right, evaluation);
        };
    }

    private static boolean areEqual(@Nullable Json left, @Nullable Json right, Evaluation evaluation) {
        evaluation.spend(1);
        if (left == null || right == null) {
            return left == right;
        }
        if (left instanceof Json.Members a && right instanceof Json.Members b) {
            return areEqualMembers(a.byName(), b.byName(), evaluation);
        }
        if (left instanceof Json.Elements a && right instanceof Json.Elements b) {
            return areEqualElements(a, b, evaluation);
        }
        if (left instanceof Json.Numeral a && right instanceof Json.Numeral b) {
            return compare(a, b) == 0;
        }
        return left.getClass() == right.getClass() && areEqualTexts(left, right, evaluation);
    }

    /** Of two strings or two words. */
    private static boolean areEqualTexts(Json left, Json right, Evaluation evaluation) {
        evaluation.spend(left.text().length() / CHARACTERS_A_UNIT);
        return left.text().equals(right.text());
    }

    private static boolean areEqualMembers(Map<String, Json> left, Map<String, Json> right, Evaluation evaluation) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Map.Entry<String, Json> member : left.entrySet()) {
            Json other = right.get(member.getKey());
            if (other == null || !areEqual(member.getValue(), other, evaluation)) {
                return false;
            }
        }
        return true;
    }

    private static boolean areEqualElements(Json.Elements left, Json.Elements right, Evaluation evaluation) {
        if (left.list().size() != right.list().size()) {
            return false;
        }
        Iterator<Json> others = right.list().iterator();
        for (Json element : left.list()) {
            if (!areEqual(element, others.next(), evaluation)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLess(@Nullable Json left, @Nullable Json right, Evaluation evaluation) {
        if (left instanceof Json.Numeral a && right instanceof Json.Numeral b) {
            return compare(a, b) < 0;
        }
        if (left instanceof Json.Text a && right instanceof Json.Text b) {
            evaluation.spend(Math.min(a.text().length(), b.text().length()) / CHARACTERS_A_UNIT);
            return compareCharacters(a.text(), b.text()) < 0;
        }
        return false;
    }

    private static int compare(Json.Numeral left, Json.Numeral right) {
        if (left.text().length() <= MAX_EXACT && right.text().length() <= MAX_EXACT) {
            try {
                return new BigDecimal(left.text()).compareTo(new BigDecimal(right.text()));
            } catch (NumberFormatException e) {
                // An exponent beyond all bounds: as a double it is zero or infinite.
                return asDoubles(left, right);
            }
        }
        return asDoubles(left, right);
    }

    private static int asDoubles(Json.Numeral left, Json.Numeral right) {
        return Double.compare(Double.parseDouble(left.text()) + 0.0, Double.parseDouble(right.text()) + 0.0);
    }

    /** By Unicode scalar values, which UTF-16 does not keep in order. */
    private static int compareCharacters(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        for (int i = 0; i < shorter; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean isPlain = Character.isSurrogate(a) == Character.isSurrogate(b);
                return isPlain
                        ? Character.compare(a, b)
                        : Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
