package dev.posthaste.ops;

import dev.posthaste.sql.StorableText;

/** Why a task did nothing, in a sentence: of no interest is where in this program that was found out. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String sentence) {
        super(StorableText.line(sentence), null, false, false);
    }
}
