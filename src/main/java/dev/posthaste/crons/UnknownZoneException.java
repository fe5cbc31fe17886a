package dev.posthaste.crons;

/** A text names no time zone of the IANA's database. The message is the sentence for the client. */
public final class UnknownZoneException extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownZoneException() {
        super(
                "The timezone field must be the IANA name of a time zone, such as UTC or Europe/Berlin.",
                null,
                false,
                false);
    }
}
