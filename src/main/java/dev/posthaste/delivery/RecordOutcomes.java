package dev.posthaste.delivery;

import dev.posthaste.alerts.AlertMessageDao;
import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.Transaction;
import dev.posthaste.stats.Statistics;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The completing transaction of a group of outcomes: ends their firings and records, for those that this node still
 * owned, all that follows. What it no longer owned was recovered by another node and is not recorded (fencing).
 */
final class RecordOutcomes implements GroupCommit.Work<Outcome, Boolean> {
    private static final int PUT_OFF_PRIORITY = 5;

    private final OneShots oneShots;
    private final AttemptRecorder attempts;
    private final ExecutionDao executions;
    private final CallbackDao callbacks;
    private final AlertMessageDao messages;
    private final AlertCounts alertCounts;
    private final CallbackCounts callbackCounts;
    private final Statistics statistics;

    RecordOutcomes(
            OneShots oneShots,
            AttemptRecorder attempts,
            ExecutionDao executions,
            CallbackDao callbacks,
            AlertMessageDao messages,
            AlertCounts alertCounts,
            CallbackCounts callbackCounts,
            Statistics statistics) {
        this.oneShots = oneShots;
        this.attempts = attempts;
        this.executions = executions;
        this.callbacks = callbacks;
        this.messages = messages;
        this.alertCounts = alertCounts;
        this.callbackCounts = callbackCounts;
        this.statistics = statistics;
    }

    /** Whether each was still this node's; one that was not is another node's by now. */
    @Override
    public List<Boolean> write(Transaction transaction, List<Outcome> outcomes) throws SQLException {
        List<ClaimedOneShot> firings = outcomes.stream().map(Outcome::shot).toList();
        Set<ClaimedOneShot> owned = oneShots.complete(transaction.connection(), firings);
        List<Outcome> ours = outcomes.stream()
                .filter(outcome -> owned.contains(outcome.shot()))
                .toList();
        recordAttempts(transaction, ours);
        recordCallbackTries(transaction, ours);
        recordAlertTries(transaction, ours);
        storePutOff(transaction, ours);
        return firings.stream().map(owned::contains).toList();
    }

    private void recordAttempts(Transaction transaction, List<Outcome> outcomes) throws SQLException {
        List<EndedAttempt> ended = outcomes.stream()
                .flatMap(outcome -> outcome instanceof EndedAttempt attempt ? Stream.of(attempt) : Stream.empty())
                .toList();
        AttemptRecorder.Records records = attempts.prepare(transaction.connection(), ended);
        transaction.atCommit(records.statements());
        transaction.afterCommit(() -> {
            oneShots.committed(records.triggers());
            alertCounts.crossed(records.crossings());
            statistics.ended(
                    records.attempts().stream().map(EndedAttempt::counted).toList());
        });
    }

    private void recordCallbackTries(Transaction transaction, List<Outcome> outcomes) {
        List<Outcome.CallbackTried> tried = outcomes.stream()
                .filter(Outcome.CallbackTried.class::isInstance)
                .map(Outcome.CallbackTried.class::cast)
                .toList();
        if (tried.isEmpty()) {
            return;
        }
        transaction.atCommit(List.of(callbacks.triesMade(
                tried.stream().map(Outcome.CallbackTried::callbackTry).toList())));
        transaction.afterCommit(() -> tried.forEach(outcome -> callbackCounts.tried(outcome.callbackTry())));
        oneShots.storeAtCommit(
                transaction,
                tried.stream()
                        .filter(outcome -> outcome.callbackTry().nextAttemptAt() != null)
                        .map(RecordOutcomes::nextTry)
                        .toList());
    }

    private void recordAlertTries(Transaction transaction, List<Outcome> outcomes) {
        List<Outcome.AlertTried> tried = outcomes.stream()
                .filter(Outcome.AlertTried.class::isInstance)
                .map(Outcome.AlertTried.class::cast)
                .toList();
        if (tried.isEmpty()) {
            return;
        }
        List<AlertMessageDao.Try> tries =
                tried.stream().map(Outcome.AlertTried::messageTry).toList();
        transaction.atCommit(messages.triesMade(tries));
        oneShots.storeAtCommit(
                transaction,
                tried.stream()
                        .filter(outcome -> outcome.messageTry().nextAttemptAt() != null)
                        .map(RecordOutcomes::nextTry)
                        .toList());
        transaction.afterCommit(() -> tries.forEach(alertCounts::tried));
    }

    private static OneShot nextTry(Outcome.AlertTried outcome) {
        return Triggers.ofAlert(
                outcome.channelId(),
                outcome.messageTry().id(),
                Objects.requireNonNull(outcome.messageTry().nextAttemptAt()));
    }

    private void storePutOff(Transaction transaction, List<Outcome> outcomes) throws SQLException {
        List<OneShot> later = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.PutOff putOff) {
                later.add(new OneShot(putOff.shot().key(), putOff.shot().kind(), putOff.until(), PUT_OFF_PRIORITY));
            }
        }
        later.addAll(judgedLater(transaction, outcomes));
        oneShots.storeAtCommit(transaction, later);
    }

    /** Behind the locks of crons, which a ping takes before it takes that of an execution. */
    private List<OneShot> judgedLater(Transaction transaction, List<Outcome> outcomes) throws SQLException {
        List<Outcome.AwaitsPing> waiting = outcomes.stream()
                .filter(Outcome.AwaitsPing.class::isInstance)
                .map(Outcome.AwaitsPing.class::cast)
                .toList();
        if (waiting.isEmpty()) {
            return List.of();
        }
        // A ping that came since it was looked for found nothing that waits, and moved nothing.
        Set<Long> pinged = executions.lockPinged(
                transaction.connection(),
                waiting.stream().map(Outcome.AwaitsPing::executionId).toList());
        return waiting.stream()
                .map(outcome -> Triggers.ofHeartbeat(
                        outcome.queueId(),
                        outcome.executionId(),
                        pinged.contains(outcome.executionId()) ? outcome.shot().due() : outcome.until()))
                .toList();
    }

    private static OneShot nextTry(Outcome.CallbackTried outcome) {
        Instant due = Objects.requireNonNull(outcome.callbackTry().nextAttemptAt());
        return Triggers.ofCallback(
                outcome.queueId(),
                outcome.callbackTry().id(),
                due,
                outcome.shot().weight());
    }
}
