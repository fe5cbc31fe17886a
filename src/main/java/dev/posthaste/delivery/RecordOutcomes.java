package dev.posthaste.delivery;

import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.Transaction;
import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.quartz.FiredOneShot;
import dev.posthaste.quartz.OneShot;
import dev.posthaste.quartz.OneShotInsertion;
import dev.posthaste.quartz.OneShots;
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
final class RecordOutcomes implements GroupCommit.Work<Outcome, RecordOutcomes.Recorded> {
    /**
     * What became of an outcome.
     *
     * @param owned false when another node had taken the firing over
     * @param triggers those that follow from it
     */
    record Recorded(boolean owned, List<OneShot> triggers) {}

    private static final Recorded FENCED = new Recorded(false, List.of());

    private final OneShots oneShots;
    private final AttemptRecorder attempts;
    private final CallbackDao callbacks;

    RecordOutcomes(OneShots oneShots, AttemptRecorder attempts, CallbackDao callbacks) {
        this.oneShots = oneShots;
        this.attempts = attempts;
        this.callbacks = callbacks;
    }

    @Override
    public List<Recorded> write(Transaction transaction, List<Outcome> outcomes) throws SQLException {
        List<FiredOneShot> firings = outcomes.stream().map(Outcome::shot).toList();
        Set<FiredOneShot> owned = oneShots.complete(transaction.connection(), firings);
        List<Outcome> ours = outcomes.stream()
                .filter(outcome -> owned.contains(outcome.shot()))
                .toList();
        List<OneShot> triggers = new ArrayList<>(recordAttempts(transaction, ours));
        triggers.addAll(recordCallbackTries(transaction, ours));
        return results(outcomes, owned, triggers);
    }

    @Override
    public void committed(List<Outcome> outcomes, List<Recorded> results) {
        oneShots.committed(results.stream()
                .flatMap(recorded -> recorded.triggers().stream())
                .toList());
    }

    private List<OneShot> recordAttempts(Transaction transaction, List<Outcome> outcomes) throws SQLException {
        List<EndedAttempt> ended = outcomes.stream()
                .flatMap(outcome ->
                        outcome instanceof Outcome.AttemptMade made ? Stream.of(made.attempt()) : Stream.empty())
                .toList();
        AttemptRecorder.Records records = attempts.of(transaction.connection(), ended);
        transaction.atCommit(records.statements());
        return records.triggers();
    }

    private List<OneShot> recordCallbackTries(Transaction transaction, List<Outcome> outcomes) {
        List<Outcome.CallbackTried> tried = outcomes.stream()
                .filter(Outcome.CallbackTried.class::isInstance)
                .map(Outcome.CallbackTried.class::cast)
                .toList();
        if (tried.isEmpty()) {
            return List.of();
        }
        transaction.atCommit(List.of(callbacks.triesMade(
                tried.stream().map(Outcome.CallbackTried::callbackTry).toList())));
        List<OneShot> again = tried.stream()
                .filter(outcome -> outcome.callbackTry().nextAttemptAt() != null)
                .map(RecordOutcomes::nextTry)
                .toList();
        if (!again.isEmpty()) {
            OneShotInsertion waiting = oneShots.insertion(again);
            transaction.atCommit(List.of(BoundStatement.effect(waiting.sql(), waiting::bind)));
        }
        return again;
    }

    private static OneShot nextTry(Outcome.CallbackTried outcome) {
        Instant due = Objects.requireNonNull(outcome.callbackTry().nextAttemptAt());
        return AttemptRecorder.callbackTrigger(
                outcome.callbackTry().id(),
                outcome.queueId(),
                due,
                outcome.shot().weight());
    }

    /** The triggers of the whole group go with the first result: they are announced together. */
    private static List<Recorded> results(List<Outcome> outcomes, Set<FiredOneShot> owned, List<OneShot> triggers) {
        List<Recorded> results = new ArrayList<>(outcomes.size());
        for (Outcome outcome : outcomes) {
            boolean isOurs = owned.contains(outcome.shot());
            List<OneShot> announced = results.isEmpty() ? triggers : List.of();
            results.add(isOurs || !announced.isEmpty() ? new Recorded(isOurs, announced) : FENCED);
        }
        return results;
    }
}
