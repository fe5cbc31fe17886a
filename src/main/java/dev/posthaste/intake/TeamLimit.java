package dev.posthaste.intake;

import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

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
                if (limits.hasRate()) {
                    TeamLimit.this.writeLeft(transaction, teams, beforeNanos);
                }
            }
        };
    }

    /** A team whose row is held, and since when by the database's clock. */
    private record Held(TeamAllowance allowance, Instant since) {}

    private Map<Long, Held> ask(Transaction transaction, Collection<Admission> open) throws SQLException {
        Collection<Long> teams = new TreeSet<>();
        open.forEach(admission -> teams.add(admission.submission().teamId()));
        Map<Long, TeamIntakeDao.Standing> standings = new HashMap<>();
        Map<Long, Long> pending = new HashMap<>();
        List<BoundStatement> questions = new ArrayList<>(dao.hold(teams, limits.jobsPerSecond()));
        questions.add(dao.standings(teams, standings::putAll));
        if (limits.hasPending()) {
            questions.add(counts.pendingOfTeams(teams, pending::putAll));
        }
        BoundStatement.executeAll(transaction.connection(), questions);
        Map<Long, Held> held = new HashMap<>();
        standings.forEach((team, standing) -> held.put(
                team,
                new Held(
                        new TeamAllowance(
                                limits, standing.allowance(), standing.since(), pending.getOrDefault(team, 0L)),
                        standing.now())));
        return held;
    }

    /** Also of teams of which nothing was taken: what nodes know of a bucket is the better the newer it is. */
    private void writeLeft(Transaction transaction, Map<Long, Held> teams, long beforeNanos) {
        transaction.atCommit(List.of(dao.update(teams.entrySet().stream()
                .map(team -> new TeamIntakeDao.Left(
                        team.getKey(),
                        team.getValue().allowance().left(),
                        team.getValue().since()))
                .sorted(Comparator.comparing(TeamIntakeDao.Left::teamId))
                .toList())));
        transaction.afterCommit(() ->
                teams.forEach((id, team) -> known.learn(id, team.allowance().left(), beforeNanos)));
    }
}
