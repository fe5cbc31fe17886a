package dev.posthaste.recurring;

/** Somebody asks for the request of a cron that sends none: it waits for pings. */
public final class NothingToSendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NothingToSendException() {
        super("the cron expects pings and sends nothing", null, false, false);
    }
}
