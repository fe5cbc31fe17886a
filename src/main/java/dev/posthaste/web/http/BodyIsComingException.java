package dev.posthaste.web.http;

/** A call has come to where it needs its body, which is not there yet: it is begun again when it is. Never an answer. */
final class BodyIsComingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BodyIsComingException() {
        super("the body is on its way", null, false, false);
    }
}
