package dev.posthaste.delivery;

import dev.posthaste.contract.ContractTime;
import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.Ping;
import dev.posthaste.jobs.Run;
import dev.posthaste.lifecycle.Consequence;
import dev.posthaste.lifecycle.RetryAfter;
import dev.posthaste.lifecycle.RetryChain;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.redaction.Masks;
import dev.posthaste.sql.StorableText;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From an exchange or an interruption to the end of its attempt: what is recorded, and what follows. No I/O. */
final class EndedAttempts {
    private static final long UNNUMBERED = 0;

    private final Masks masks;

    /** @param masks for what callbacks do not tell */
    EndedAttempts(Masks masks) {
        this.masks = masks;
    }

    /** The end of an attempt that was sent, or was tried to be sent. */
    EndedAttempt of(ClaimedOneShot shot, DueJob job, Map<String, String> sentHeaders, Exchange exchange) {
        return ended(shot, job, run(job, sentHeaders, exchange), retryAfter(exchange));
    }

    /** What is told of why an attempt has failed; null for one that has not. */
    @Nullable
    String shownMessage(EndedAttempt attempt) {
        return attempt.run().shownMessage(masks, attempt.job().redaction());
    }

    /** The end of an attempt that was interrupted once too often. */
    EndedAttempt ofInterruption(ClaimedOneShot shot, DueJob job, Run interrupted) {
        return ended(shot, job, interrupted, null);
    }

    /**
     * The end of an execution that waited for a ping.
     *
     * @param ping null when none has come
     * @param now when that was seen, by the database's clock
     */
    EndedAttempt ofHeartbeat(ClaimedOneShot shot, DueJob job, @Nullable Ping ping, Instant now) {
        // One that came before its fire is told of at the fire, as if somebody had waited.
        Instant at = ping == null ? now : ping.at().isBefore(job.scheduledAt()) ? job.scheduledAt() : ping.at();
        FailureReason failure =
                ping == null ? FailureReason.MISSED_PING : ping.isFailure() ? FailureReason.REPORTED_FAILURE : null;
        Run run = new Run(
                UNNUMBERED,
                job.id(),
                at,
                at,
                null,
                Map.of(),
                null,
                null,
                null,
                null,
                null,
                false,
                failure,
                ping == null
                        ? "No ping came until " + ContractTime.seconds(shot.due()) + "."
                        : ping.isFailure() ? "The ping reported a failure." : null);
        return ended(shot, job, run, null);
    }

    /** What is recorded of a firing whose node died; when it ended nobody saw. */
    static Run interruptedRun(DueJob job, Map<String, String> headers, Instant firedAt) {
        return new Run(
                UNNUMBERED,
                job.id(),
                firedAt,
                null,
                null,
                headers,
                null,
                null,
                null,
                null,
                null,
                false,
                FailureReason.INTERRUPTED,
                "The node died or was stopped while the request was in flight; whether it arrived is not known.");
    }

    private EndedAttempt ended(ClaimedOneShot shot, DueJob job, Run run, @Nullable Duration retryAfter) {
        Consequence consequence = run.failureReason() == null
                ? RetryChain.afterSuccess()
                : new RetryChain(job.retryDelays()).afterFailure(job.attemptNumber(), retryAfter);
        String callback = job.request().callbackUrl() == null
                ? null
                : CallbackBody.of(job, run.shown(masks, job.redaction()), consequence);
        return new EndedAttempt(shot, job, run, consequence, callback);
    }

    private static Run run(DueJob job, Map<String, String> sentHeaders, Exchange exchange) {
        Answer answer = exchange.answer();
        return new Run(
                UNNUMBERED,
                job.id(),
                exchange.startedAt(),
                exchange.endedAt(),
                (int) Math.min(Integer.MAX_VALUE, exchange.took().toMillis()),
                sentHeaders,
                null,
                answer == null ? null : answer.status(),
                answer == null ? null : answer.headers(),
                answer == null ? null : answer.body().text(),
                answer == null ? null : answer.body().encoding(),
                answer != null && answer.body().truncated(),
                exchange.failure(),
                exchange.message() == null ? null : StorableText.line(exchange.message()));
    }

    /** Only a 429 or a 503 may ask for a pause; null when none is asked for. */
    static @Nullable Duration retryAfter(Exchange exchange) {
        Answer answer = exchange.answer();
        if (answer == null || (answer.status() != 429 && answer.status() != 503)) {
            return null;
        }
        return RetryAfter.parse(answer.retryAfter(), exchange.endedAt()).orElse(null);
    }
}
