package dev.posthaste.terminal;

/** A command ends here. The message is a sentence for who typed it, and says what to do; it is shown by {@link SafeText}. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    static CommandFailure refused(String message) {
        return new CommandFailure(ExitCode.REFUSED, message);
    }

    static CommandFailure unreachable(String message) {
        return new CommandFailure(ExitCode.UNREACHABLE, message);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
