package dev.posthaste.crons;

/** A text names no time zone of the IANA's database. */
public final class UnknownZoneException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final String SENTENCE =
            "The timezone field must be the IANA name of a time zone, such as UTC or Europe/Berlin.";

    UnknownZoneException() {
        super(SENTENCE, null, false, false);
    }

    /** What is wrong, as it is told to a client. */
    public String sentence() {
        return SENTENCE;
    }
}
