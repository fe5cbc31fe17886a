package dev.posthaste.delivery;

import dev.posthaste.contract.ContractName;
import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.PutBackException;
import dev.posthaste.signing.KnownSecrets;
import dev.posthaste.signing.TeamSigning;
import dev.posthaste.sql.SqlFailure;
import dev.posthaste.tracing.OpenSpan;
import dev.posthaste.tracing.Spans;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job is due: send its request, record the run and what follows. Thread-safe. */
final class DeliveryFiring implements FiringPort {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryFiring.class);

    private final DueJobDao dueJobs;
    private final KnownSecrets secrets;
    private final Beginnings beginnings;
    private final LargeBodies largeBodies;
    private final RequestComposer composer;
    private final HttpSender sender;
    private final Unsent unsent;
    private final AnswerCheck answers;
    private final EndedAttempts endedAttempts;
    private final OutcomeLog outcomes;
    private final AttemptLog attempts;
    private final InterruptedDeliveries interruptions;
    private final InstantSource clock;
    private final ToldWay told;
    private final Spans spans;
    private final LogFields fields;

    DeliveryFiring(
            DueJobDao dueJobs,
            KnownSecrets secrets,
            Beginnings beginnings,
            LargeBodies largeBodies,
            RequestComposer composer,
            HttpSender sender,
            Unsent unsent,
            AnswerCheck answers,
            EndedAttempts endedAttempts,
            OutcomeLog outcomes,
            AttemptLog attempts,
            InterruptedDeliveries interruptions,
            InstantSource clock,
            ToldWay told,
            Spans spans,
            LogFields fields) {
        this.dueJobs = dueJobs;
        this.secrets = secrets;
        this.beginnings = beginnings;
        this.largeBodies = largeBodies;
        this.composer = composer;
        this.sender = sender;
        this.unsent = unsent;
        this.answers = answers;
        this.endedAttempts = endedAttempts;
        this.outcomes = outcomes;
        this.attempts = attempts;
        this.interruptions = interruptions;
        this.clock = clock;
        this.told = told;
        this.spans = spans;
        this.fields = fields;
    }

    @Override
    public boolean isFaultOfOne(Exception failure) {
        return SqlFailure.isOfTheData(failure);
    }

    @Override
    public Map<OneShotKey, Prepared> prepare(Connection connection, List<ClaimedOneShot> claimed) throws SQLException {
        Map<Long, DueJob> jobs = new HashMap<>(dueJobs.load(connection, ids(claimed, shot -> shot.weight() == 0)));
        jobs.putAll(dueJobs.loadWithoutBodies(connection, ids(claimed, shot -> shot.weight() > 0)));
        Map<KnownSecrets.Version, TeamSigning> signing = secrets.of(
                connection, jobs.values().stream().map(DeliveryFiring::version).collect(Collectors.toSet()));
        Map<OneShotKey, Prepared> prepared = new HashMap<>();
        for (ClaimedOneShot shot : claimed) {
            DueJob job = jobs.get(Triggers.idOf(shot.key()));
            if (job != null) {
                prepared.put(shot.key(), new Prepared(job, signing.get(version(job))));
            }
        }
        return prepared;
    }

    /**
     * A job with what signs its request.
     *
     * @param signing null when this node cannot open its team's secrets
     */
    record Prepared(DueJob job, @Nullable TeamSigning signing) {}

    private static KnownSecrets.Version version(DueJob job) {
        return new KnownSecrets.Version(job.teamId(), job.signingVersion());
    }

    private static List<Long> ids(List<ClaimedOneShot> claimed, Predicate<ClaimedOneShot> wanted) {
        return claimed.stream()
                .filter(wanted)
                .map(shot -> Triggers.idOf(shot.key()))
                .toList();
    }

    @Override
    public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException {
        if (!(prepared instanceof Prepared known)) {
            return outcomes.record(new Outcome.NothingToSend(shot));
        }
        if (known.job().awaitsPing()) {
            return outcomes.record(new Outcome.NothingToSend(shot));
        }
        TeamSigning signing = known.signing();
        if (signing == null) {
            throw unsent.putBack(AttemptLog.named(known.job()), UnsentException.unsigned());
        }
        DueJob job = shot.weight() == 0 ? known.job() : withBody(shot, known.job());
        Optional<TargetUrl> url = TargetUrl.parse(job.request().url());
        if (url.isEmpty()) {
            return attempts.record(
                    endedAttempts.of(shot, job, Map.of(), Exchange.unsendable(clock.instant())), () -> {});
        }
        OpenSpan span = spans.ofAttempt(job, url.get());
        OutboundRequest request = told.leaving(
                composer.delivery(job, url.get(), signing, span.sentFrom()).withLastLook(lastLook::take), shot);
        Exchange sent = job.interruptions() > 0 ? noteAndSend(shot, job, request, span) : send(job, request, span);
        told.ended(shot, sent);
        boolean isRecording = false;
        try {
            EndedAttempt ended = conclude(shot, job, request, sent);
            span.ended(
                    ended.run().responseStatus(),
                    ContractName.orNull(ended.run().failureReason()));
            CompletableFuture<?> recorded = attempts.record(ended, sent.release());
            isRecording = true;
            return recorded;
        } finally {
            if (!isRecording) {
                sent.release().run();
            }
        }
    }

    private DueJob withBody(ClaimedOneShot shot, DueJob job) throws InterruptedException {
        DueJob whole = largeBodies.load(job);
        told.bodyLoaded(shot);
        return whole;
    }

    @Override
    public boolean isHeldUp() {
        beginnings.mustBeWritable();
        return outcomes.isHeldUp();
    }

    @Override
    public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned)
            throws SQLException {
        return interruptions.record(connection, abandoned);
    }

    /** One of the jobs that were interrupted before may be what ends the process. */
    private Exchange noteAndSend(ClaimedOneShot shot, DueJob job, OutboundRequest request, OpenSpan span)
            throws InterruptedException {
        noteBeginning(shot, job);
        try {
            return send(job, request, span);
        } catch (PutBackException e) {
            takeBeginningBack(shot, job);
            throw e;
        }
    }

    private void noteBeginning(ClaimedOneShot shot, DueJob job) throws InterruptedException {
        boolean begins;
        try {
            begins = beginnings.begin(shot);
        } catch (SQLException e) {
            throw unsent.putBack(
                    AttemptLog.named(job),
                    new UnsentException("that it begins could not be noted: " + e.getMessage(), e));
        }
        if (!begins) {
            told.notBegun(shot, "it is settled or another node has taken it over");
            fields.of(job)
                    .say(() -> LOG.info(
                            "{} is not sent: it is settled, or another node has taken it over", AttemptLog.named(job)));
            throw new PutBackException("It is settled, or another node has taken it over");
        }
    }

    private void takeBeginningBack(ClaimedOneShot shot, DueJob job) throws InterruptedException {
        try {
            beginnings.takeBack(shot);
        } catch (SQLException e) {
            // Should the node die before it is sent, that counts as an interruption.
            LOG.debug("That job {} has not begun could not be noted", job.id(), e);
        }
    }

    private Exchange send(DueJob job, OutboundRequest request, OpenSpan span) {
        try {
            return span.around(() -> sender.send(request));
        } catch (UnsentException e) {
            throw unsent.putBack(AttemptLog.named(job), e);
        }
    }

    /** The request has been sent: whatever is thrown here, an {@link Error} too, it is recorded, and not sent for ever. */
    @SuppressWarnings("IllegalCatch")
    private EndedAttempt conclude(ClaimedOneShot shot, DueJob job, OutboundRequest request, Exchange sent) {
        try {
            return endedAttempts.of(shot, job, request.headers(), answers.check(job.successAssertions(), sent));
        } catch (RuntimeException | Error e) {
            fields.of(job)
                    .say(() -> LOG.error(
                            "What came of {} could not be judged; it is recorded as failed, without the answer",
                            AttemptLog.named(job),
                            e));
            return endedAttempts.of(shot, job, Map.of(), sent.unjudged());
        }
    }
}
