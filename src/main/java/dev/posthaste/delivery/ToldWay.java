package dev.posthaste.delivery;

import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.lifecycle.Consequence;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.Trace;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells of what leaves, what comes back and what is recorded, where an operator follows its queue. Thread-safe. */
final class ToldWay {
    private final Trace trace;

    ToldWay(Trace trace) {
        this.trace = trace;
    }

    /** The request, which is told of when it leaves. */
    OutboundRequest leaving(OutboundRequest request, ClaimedOneShot shot) {
        if (!trace.follows(shot.key().group())) {
            return request;
        }
        return request.withDeparture((to, isKept) -> trace.say(
                shot,
                () -> "sent: " + request.method() + " to " + request.url().host() + " (" + shown(to) + "), on a "
                        + (isKept ? "kept" : "new") + " connection"));
    }

    /** Without the name that the address was found by: the host stands beside it. */
    private static String shown(@Nullable SocketAddress to) {
        return to instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress().getHostAddress() + ":" + address.getPort()
                : "an address that is not known any more";
    }

    void reports(ClaimedOneShot shot, long jobId) {
        if (trace.follows(shot.key().group())) {
            trace.say(shot, () -> "reports on job " + jobId);
        }
    }

    void bodyLoaded(ClaimedOneShot shot) {
        if (trace.follows(shot.key().group())) {
            trace.say(shot, () -> "its body is loaded");
        }
    }

    void notBegun(ClaimedOneShot shot, String why) {
        if (trace.follows(shot.key().group())) {
            trace.say(shot, () -> "not sent, " + why);
        }
    }

    void ended(ClaimedOneShot shot, Exchange exchange) {
        if (!trace.follows(shot.key().group())) {
            return;
        }
        trace.say(shot, () -> whatCame(exchange));
    }

    private static String whatCame(Exchange exchange) {
        Answer answer = exchange.answer();
        FailureReason failure = exchange.failure();
        return (answer == null ? "no answer" : "answered " + answer.status()) + " after "
                + exchange.took().toMillis() + " ms"
                + (failure == null ? "" : ": " + failure.contractName() + ", " + exchange.message());
    }

    /** @param wasOurs whether this node still had the firing, so that the outcome counts */
    void recorded(Outcome outcome, boolean wasOurs) {
        if (trace.follows(outcome.shot().key().group())) {
            trace.say(
                    outcome.shot(),
                    () -> wasOurs
                            ? "recorded: " + whatFollows(outcome)
                            : "not recorded, another node has taken it over or it was recorded before");
        }
    }

    private static String whatFollows(Outcome outcome) {
        if (outcome instanceof EndedAttempt attempt) {
            return whatFollows(attempt);
        }
        if (outcome instanceof Outcome.CallbackTried tried) {
            return tried.callbackTry().status().contractName()
                    + (tried.callbackTry().nextAttemptAt() == null
                            ? ", no try follows"
                            : ", the next try is due at " + tried.callbackTry().nextAttemptAt());
        }
        if (outcome instanceof Outcome.AlertTried tried) {
            return tried.messageTry().status().contractName();
        }
        if (outcome instanceof Outcome.PutOff putOff) {
            return "it is not yet time for it, it waits until " + putOff.until();
        }
        if (outcome instanceof Outcome.AwaitsPing awaits) {
            return "nobody was there to be pinged, it waits until " + awaits.until();
        }
        return "there was nothing to send, what it stands for is settled or gone";
    }

    private static String whatFollows(EndedAttempt attempt) {
        Consequence consequence = attempt.consequence();
        Duration pause = consequence.retryIn();
        return "attempt " + attempt.job().attemptNumber() + " is "
                + consequence.status().contractName() + ", "
                + consequence.finalStatus().contractName()
                + (pause == null ? ", no attempt follows" : ", the next attempt is due in " + pause.toSeconds() + " s");
    }
}
