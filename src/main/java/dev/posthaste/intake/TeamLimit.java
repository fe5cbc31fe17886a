package dev.posthaste.intake;

import dev.posthaste.queues.PendingJobs;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds teams to their limits inside the accepting transaction. A team's row is held from the look at it to the commit, so
 * that nodes count as one; without limits nothing is asked and nothing is held. Thread-safe.
 */
public final class TeamLimit {
    private final IntakeLimits limits;
    private final TeamIntakeDao dao;
    private final QueueCountDao counts;
    private final KnownAllowances known;

    /** The DAOs work through the group's connection. */
    public TeamLimit(IntakeLimits limits, TeamIntakeDao dao, QueueCountDao counts) {
        this.limits = limits;
        this.dao = dao;
        this.counts = counts;
        this.known = new KnownAllowances(limits, System::nanoTime);
    }

    /**
     * Why a submission cannot be accepted, whatever the database says; empty when it has to be asked. A submission with an
     * idempotency key is always asked for: it may have been accepted before.
     */
    Optional<IntakeResult> refusal(Submission submission) {
        if (!limits.areOn() || submission.idempotency() != null) {
            return Optional.empty();
        }
        int jobs = submission.jobs().size();
        return jobs > limits.maxAtOnce()
                ? Optional.of(new IntakeResult.NeverFits(limits.maxAtOnce()))
                : known.refusal(submission.teamId(), jobs);
    }

    /** Holds the rows of the admissions' teams until the transaction ends. */
    HeldTeams hold(Transaction transaction, Collection<Admission> open) throws SQLException {
        if (!limits.areOn() || open.isEmpty()) {
            return HeldTeams.UNLIMITED;
        }
        long beforeNanos = known.now();
        Map<Long, Held> teams = ask(transaction, open);
        return new HeldTeams() {
            @Override
            public Optional<IntakeResult> take(Submission submission) {
                Held team = Objects.requireNonNull(teams.get(submission.teamId()), "a team that is not held");
                return team.allowance().take(submission.jobs().size());
            }

            @Override
            public void writeLeft() {
                TeamLimit.this.writeLeft(transaction, teams, beforeNanos);
            }
        };
    }

    /**
     * A team whose row is held.
     *
     * @param pending null where that is not limited
     * @param since by the database's clock
     */
    private record Held(TeamAllowance allowance, @Nullable PendingCount pending, Instant since) {
        TeamIntakeDao.Left left(long teamId) {
            return new TeamIntakeDao.Left(
                    teamId,
                    allowance.left(),
                    since,
                    pending == null ? null : pending.plus(allowance.pending() - pending.jobs()));
        }
    }

    private Map<Long, Held> ask(Transaction transaction, Collection<Admission> open) throws SQLException {
        Map<Long, Integer> wanted = new TreeMap<>();
        for (Admission admission : open) {
            Submission submission = admission.submission();
            wanted.merge(submission.teamId(), submission.jobs().size(), Integer::sum);
        }
        Map<Long, TeamIntakeDao.Standing> standings = new HashMap<>();
        List<BoundStatement> questions = new ArrayList<>(dao.hold(wanted.keySet(), limits.jobsPerSecond()));
        questions.add(dao.standings(wanted.keySet(), standings::putAll));
        BoundStatement.executeAll(transaction.connection(), questions);
        Map<Long, PendingJobs> sums = limits.hasPending() ? sums(transaction, wanted, standings) : Map.of();
        Map<Long, Held> held = new HashMap<>();
        standings.forEach((team, standing) -> held.put(team, held(standing, sums.get(team))));
        return held;
    }

    private Held held(TeamIntakeDao.Standing standing, @Nullable PendingJobs sum) {
        PendingCount pending = limits.hasPending() ? standing.pending() : null;
        if (sum != null) {
            pending = PendingCount.of(sum, standing.now());
        }
        return new Held(
                new TeamAllowance(limits, standing.allowance(), standing.since(), pending == null ? 0 : pending.jobs()),
                pending,
                standing.now());
    }

    /** Of those teams whose last one does not do: asked while their rows are held, so that it sees all that was pushed. */
    private Map<Long, PendingJobs> sums(
            Transaction transaction, Map<Long, Integer> wanted, Map<Long, TeamIntakeDao.Standing> standings)
            throws SQLException {
        Map<Long, PendingJobs> sums = new HashMap<>();
        standings.forEach((team, standing) -> {
            PendingCount last = standing.pending();
            int more = wanted.getOrDefault(team, 0);
            if (last == null || !last.isGoodFor(more, limits.pendingJobs(), standing.now())) {
                sums.put(team, PendingJobs.NONE);
            }
        });
        if (!sums.isEmpty()) {
            counts.pendingOfTeams(List.copyOf(sums.keySet()), sums::putAll).execute(transaction.connection());
        }
        return sums;
    }

    /** Also of teams of which nothing was taken: what nodes know of a bucket is the better the newer it is. */
    private void writeLeft(Transaction transaction, Map<Long, Held> teams, long beforeNanos) {
        transaction.atCommit(List.of(dao.update(new TreeMap<>(teams)
                .entrySet().stream()
                        .map(team -> team.getValue().left(team.getKey()))
                        .toList())));
        transaction.afterCommit(() ->
                teams.forEach((id, team) -> known.learn(id, team.allowance().left(), beforeNanos)));
    }
}
