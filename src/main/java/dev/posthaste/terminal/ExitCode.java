package dev.posthaste.terminal;

/** What a command ends with, for scripts; docs/terminal.md tells them. */
enum ExitCode {
    DONE(0),
    /** The server refused, a question was answered with no, or the job that was waited for did not succeed. */
    REFUSED(1),
    /** The command line cannot be understood. */
    USAGE(2),
    /** There is no server, it cannot do it just now, or what answers is none. */
    UNREACHABLE(3),
    /** There is no token, it is not accepted, or it lacks the scope. */
    NOT_ALLOWED(4),
    /** The time for which a result was to be waited for is over. */
    STILL_WAITING(5),
    /** The result could not be written, whatever it is. */
    NOT_WRITTEN(6);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
