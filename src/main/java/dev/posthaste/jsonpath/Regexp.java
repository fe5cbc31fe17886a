package dev.posthaste.jsonpath;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/** A regular expression that is matched in time proportional to the text, whatever it says. Immutable. */
final class Regexp {
    private static final int STEPS_A_UNIT = 4;

    private final Pattern pattern;
    private final int size;

    private Regexp(Pattern pattern, int size) {
        this.pattern = pattern;
        this.size = size;
    }

    /** Empty when it is no expression by RFC 9485, or would become too large. */
    static Optional<Regexp> compile(String text) {
        RegexpTranslation translation = new RegexpTranslation(text);
        try {
            return translation.translate()
                    ? Optional.of(new Regexp(Pattern.compile(translation.result()), translation.size()))
                    : Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    int size() {
        return size;
    }

    boolean matches(String text, boolean isWhole, Evaluation evaluation) {
        evaluation.spend(1 + (long) text.length() * size / STEPS_A_UNIT);
        return isWhole ? pattern.matches(text) : pattern.matcher(text).find();
    }
}
