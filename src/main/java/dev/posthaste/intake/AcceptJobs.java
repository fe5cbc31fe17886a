package dev.posthaste.intake;

import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.PendingJob;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.ReservedIds;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.jobs.Weight;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.Transaction;
import dev.posthaste.teams.TokenDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * The accepting transaction of a group of submissions: checks that their tokens and queues still stand, settles their
 * idempotency keys, and writes requests, jobs and triggers together.
 */
public final class AcceptJobs implements GroupCommit.Work<ResolvedSubmission, IntakeResult> {
    private final TokenDao tokens;
    private final QueueDao queues;
    private final IdempotencyKeys keys;
    private final TeamLimit limit;
    private final RequestDao requests;
    private final JobDao jobs;
    private final OneShots oneShots;
    private final QueueCountDao counts;
    private final LongAdder accepted = new LongAdder();

    /** The DAOs write through the group's connection. */
    public AcceptJobs(
            TokenDao tokens,
            QueueDao queues,
            IdempotencyKeys keys,
            TeamLimit limit,
            RequestDao requests,
            JobDao jobs,
            OneShots oneShots,
            QueueCountDao counts) {
        this.tokens = tokens;
        this.queues = queues;
        this.keys = keys;
        this.limit = limit;
        this.requests = requests;
        this.jobs = jobs;
        this.oneShots = oneShots;
        this.counts = counts;
    }

    /** How many jobs this has accepted. */
    public long accepted() {
        return accepted.sum();
    }

    @Override
    public List<IntakeResult> write(Transaction transaction, List<ResolvedSubmission> group) throws SQLException {
        Connection connection = transaction.connection();
        Preliminaries known = ask(connection, group);
        List<Admission> admissions = numbered(group, known.reserved());
        refuseStaleTokens(admissions, known.validTokens());
        refuseVanishedQueues(admissions, known.existingQueues());
        HeldKeys held = keys.claim(connection, open(admissions));
        // Behind the keys, because what was accepted before does not count; and last before the commit, as it holds
        // teams.
        judge(held, limit.hold(transaction, open(admissions)), open(admissions));
        keys.keep(connection, held);
        insert(transaction, open(admissions));
        return admissions.stream().map(Admission::result).toList();
    }

    /** What must be known before anything is written. */
    private record Preliminaries(ReservedIds reserved, Set<Long> validTokens, Map<Long, String> existingQueues) {}

    private Preliminaries ask(Connection connection, List<ResolvedSubmission> group) throws SQLException {
        int count = group.stream().mapToInt(entry -> entry.queueIds().size()).sum();
        Set<Long> tokenIds = new TreeSet<>();
        Set<Long> queueIds = new TreeSet<>();
        for (ResolvedSubmission entry : group) {
            tokenIds.add(entry.submission().tokenId());
            queueIds.addAll(entry.queueIds());
        }
        ReservedIds[] reserved = new ReservedIds[1];
        Set<Long> validTokens = new HashSet<>();
        Map<Long, String> existingQueues = new HashMap<>();
        BoundStatement.executeAll(
                connection,
                List.of(
                        jobs.reservation(count, count, ids -> reserved[0] = ids),
                        tokens.validAmong(tokenIds, validTokens::addAll),
                        queues.holdExisting(queueIds, existingQueues::putAll)));
        return new Preliminaries(reserved[0], validTokens, existingQueues);
    }

    private static List<Admission> numbered(List<ResolvedSubmission> group, ReservedIds reserved) {
        List<Admission> admissions = new ArrayList<>(group.size());
        int next = 0;
        for (ResolvedSubmission entry : group) {
            int end = next + entry.queueIds().size();
            admissions.add(new Admission(
                    entry,
                    reserved.jobIds().subList(next, end),
                    reserved.requestIds().subList(next, end),
                    reserved.now()));
            next = end;
        }
        return admissions;
    }

    private static void refuseStaleTokens(List<Admission> admissions, Set<Long> valid) {
        for (Admission admission : admissions) {
            if (!valid.contains(admission.submission().tokenId())) {
                admission.settle(new IntakeResult.TokenRejected());
            }
        }
    }

    /** Those of a deleted queue, and of one that has another name by now: its old name means another queue. */
    private static void refuseVanishedQueues(List<Admission> admissions, Map<Long, String> existing) {
        for (Admission admission : open(admissions)) {
            Set<Long> gone = new HashSet<>();
            for (int i = 0; i < admission.queueIds().size(); i++) {
                long queueId = admission.queueIds().get(i);
                if (!admission.submission().jobs().get(i).queue().equals(existing.get(queueId))) {
                    gone.add(queueId);
                }
            }
            if (!gone.isEmpty()) {
                admission.settle(new IntakeResult.QueueGone(gone));
            }
        }
    }

    /** In the order in which they came: a key is the first one's that fits, and who was refused leaves it to the next. */
    private static void judge(HeldKeys keys, HeldTeams teams, List<Admission> admissions) {
        for (Admission admission : admissions) {
            keys.answer(admission).or(() -> teams.take(admission.submission())).ifPresent(admission::settle);
            if (admission.isOpen()) {
                keys.give(admission);
            }
        }
        teams.writeLeft();
    }

    private void insert(Transaction transaction, Collection<Admission> admissions) {
        List<RequestDao.Numbered> newRequests = new ArrayList<>();
        List<PendingJob> newJobs = new ArrayList<>();
        List<OneShot> triggers = new ArrayList<>();
        for (Admission admission : admissions) {
            newRequests.addAll(admission.requests());
            newJobs.addAll(admission.jobs());
            IntakeResult.Accepted accepted = admission.acceptance();
            triggers.addAll(triggers(admission.resolved(), accepted));
            admission.settle(accepted);
        }
        if (!newJobs.isEmpty()) {
            transaction.atCommit(requests.insertions(newRequests));
            transaction.atCommit(List.of(jobs.insertion(newJobs)));
            oneShots.storeAtCommit(transaction, triggers);
            transaction.atCommit(List.of(counts.addition(acceptedByQueue(newJobs))));
            transaction.afterCommit(() -> accepted.add(newJobs.size()));
        }
    }

    private static Map<Long, CountChange> acceptedByQueue(List<PendingJob> jobs) {
        return jobs.stream()
                .collect(Collectors.toMap(PendingJob::queueId, job -> CountChange.accepted(1), CountChange::and));
    }

    private static List<OneShot> triggers(ResolvedSubmission entry, IntakeResult.Accepted accepted) {
        List<NewJob> pushed = entry.submission().jobs();
        List<OneShot> triggers = new ArrayList<>(pushed.size());
        for (int i = 0; i < pushed.size(); i++) {
            AcceptedJob job = accepted.jobs().get(i);
            triggers.add(Triggers.ofJob(
                    job.queueId(),
                    job.jobId(),
                    job.scheduledAt(),
                    pushed.get(i).priority(),
                    Weight.of(pushed.get(i).request())));
        }
        return triggers;
    }

    private static List<Admission> open(Collection<Admission> admissions) {
        return admissions.stream().filter(Admission::isOpen).toList();
    }
}
