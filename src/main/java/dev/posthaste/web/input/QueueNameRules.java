package dev.posthaste.web.input;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the name of a queue, under whatever name the field has. */
final class QueueNameRules {
    private static final int MAX_CHARACTERS = 255;

    private QueueNameRules() {}

    /** Complains about a name that no queue may have. */
    static void check(FieldReader fields, String field, @Nullable String name) {
        if (name != null) {
            complaints(name).forEach(complaint -> fields.complain(field, complaint));
        }
    }

    static List<String> complaints(String name) {
        List<String> complaints = new ArrayList<>();
        if (name.codePointCount(0, name.length()) > MAX_CHARACTERS) {
            complaints.add("must not be greater than " + MAX_CHARACTERS + " characters.");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            complaints.add("must not contain control characters.");
        }
        return complaints;
    }
}
