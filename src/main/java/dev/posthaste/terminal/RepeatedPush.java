package dev.posthaste.terminal;

import java.time.Duration;

/**
 * Pushes until there is an answer that will not change, under an idempotency key: nobody knows whether a push whose connection
 * broke was accepted, and repeating it with its key does no harm.
 */
final class RepeatedPush {
    /** For somebody who waits in front of a terminal: some ten seconds. */
    static final int FEW = 4;

    /** For a file that is half pushed: some minutes, in which a server is started again. */
    static final int MANY = 12;

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final ApiClient api;
    private final Progress progress;
    private final int tries;

    RepeatedPush(ApiClient api, Progress progress, int tries) {
        this.api = api;
        this.progress = progress;
        this.tries = tries;
    }

    /** @throws CommandFailure when no try was answered */
    ApiAnswer push(String path, String body, String key) {
        for (int tried = 1; ; tried++) {
            long asked = 0;
            String obstacle;
            try {
                ApiAnswer answer = api.post(path, body, key);
                if (!answer.isTemporary() || tried == tries) {
                    return answer;
                }
                obstacle = Refusals.of(answer).getMessage();
                asked = answer.retryAfterSeconds();
            } catch (CommandFailure e) {
                if (tried == tries) {
                    throw e;
                }
                obstacle = String.valueOf(e.getMessage());
            }
            Duration wait = Duration.ofSeconds(Math.max(asked, 1L << Math.min(tried - 1, 5)));
            wait = wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
            progress.event(obstacle + " Trying again in " + Shown.count(wait.toSeconds(), "second") + ".");
            Patience.waitFor(wait);
        }
    }
}
