package dev.posthaste.delivery;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.CallbackStatus;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.lifecycle.CallbackTries;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.signing.KnownSecrets;
import dev.posthaste.signing.TeamSigning;
import dev.posthaste.sql.SqlFailure;
import dev.posthaste.sql.StorableText;
import dev.posthaste.tracing.OpenSpan;
import dev.posthaste.tracing.Spans;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A callback is due: report the ended attempt, and try again later if it is not taken. Thread-safe. */
final class CallbackFiring implements FiringPort {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackFiring.class);

    private final CallbackDao callbacks;
    private final KnownSecrets secrets;
    private final RequestComposer composer;
    private final HttpSender sender;
    private final Unsent unsent;
    private final OutcomeLog outcomes;
    private final DatabaseClock clock;
    private final ToldWay told;
    private final Spans spans;
    private final LogFields fields;

    CallbackFiring(
            CallbackDao callbacks,
            KnownSecrets secrets,
            RequestComposer composer,
            HttpSender sender,
            Unsent unsent,
            OutcomeLog outcomes,
            DatabaseClock clock,
            ToldWay told,
            Spans spans,
            LogFields fields) {
        this.callbacks = callbacks;
        this.secrets = secrets;
        this.composer = composer;
        this.sender = sender;
        this.unsent = unsent;
        this.outcomes = outcomes;
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
        List<Long> ids = claimed.stream().map(shot -> Triggers.idOf(shot.key())).toList();
        Map<Long, CallbackDao.Due> due = callbacks.load(connection, ids);
        Map<KnownSecrets.Version, TeamSigning> signing = secrets.of(
                connection, due.values().stream().map(CallbackFiring::version).collect(Collectors.toSet()));
        Map<OneShotKey, Prepared> prepared = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            CallbackDao.Due callback = due.get(ids.get(i));
            if (callback != null) {
                prepared.put(claimed.get(i).key(), new Prepared(callback, signing.get(version(callback))));
            }
        }
        return prepared;
    }

    /**
     * A callback with what signs it.
     *
     * @param signing null when this node cannot open its team's secrets
     */
    record Prepared(CallbackDao.Due callback, @Nullable TeamSigning signing) {}

    private static KnownSecrets.Version version(CallbackDao.Due callback) {
        return new KnownSecrets.Version(callback.teamId(), callback.signingVersion());
    }

    @Override
    public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException {
        if (!(prepared instanceof Prepared known)) {
            return outcomes.record(new Outcome.NothingToSend(shot));
        }
        CallbackDao.Due callback = known.callback();
        told.reports(shot, callback.jobId());
        Exchange exchange = send(shot, known, lastLook);
        told.ended(shot, exchange);
        // Nothing of an answer to a callback is kept but its status.
        exchange.release().run();
        CallbackDao.Try tried = conclude(callback, exchange);
        CompletableFuture<?> recorded = outcomes.record(new Outcome.CallbackTried(shot, callback.queueId(), tried));
        FailureReason reason = tried.failureReason();
        return reason == null ? recorded : recorded.thenRun(() -> tell(callback, tried, reason, exchange.message()));
    }

    private void tell(CallbackDao.Due callback, CallbackDao.Try tried, FailureReason reason, @Nullable String message) {
        fields.of(callback, reason)
                .say(() -> LOG.info(
                        "Callback {} of job {} failed on try {}: {}, {} It is now {}.",
                        callback.id(),
                        callback.jobId(),
                        callback.attempts() + 1,
                        reason.contractName(),
                        message == null ? "" : StorableText.line(message),
                        tried.status().contractName()));
    }

    @Override
    public boolean isHeldUp() {
        return outcomes.isHeldUp();
    }

    /** Nothing is recorded of an interrupted try: it is simply made again. */
    @Override
    public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
        return Set.of();
    }

    private Exchange send(ClaimedOneShot shot, Prepared known, LastLook lastLook) {
        CallbackDao.Due callback = known.callback();
        TeamSigning signing = known.signing();
        if (signing == null) {
            throw unsent.putBack(named(callback), UnsentException.unsigned());
        }
        Optional<TargetUrl> url = TargetUrl.parse(callback.url());
        if (url.isEmpty()) {
            return Exchange.unsendable(clock.instant());
        }
        OpenSpan span = spans.ofCallback(callback, url.get());
        OutboundRequest request =
                composer.callback(callback, url.get(), signing, span.sentFrom()).withLastLook(lastLook::take);
        try {
            OutboundRequest leaving = told.leaving(request, shot);
            Exchange exchange = span.around(() -> sender.send(leaving));
            Answer answer = exchange.answer();
            span.ended(answer == null ? null : (Integer) answer.status(), ContractName.orNull(exchange.failure()));
            return exchange;
        } catch (UnsentException e) {
            throw unsent.putBack(named(callback), e);
        }
    }

    private static String named(CallbackDao.Due callback) {
        return "Callback " + callback.id() + " of job " + callback.jobId();
    }

    private CallbackDao.Try conclude(CallbackDao.Due callback, Exchange exchange) {
        Answer answer = exchange.answer();
        Integer responseStatus = answer == null ? null : answer.status();
        Instant at = exchange.endedAt();
        if (exchange.failure() == null) {
            return new CallbackDao.Try(callback.id(), CallbackStatus.DELIVERED, null, responseStatus, null, at);
        }
        Optional<Duration> pause = CallbackTries.pauseAfter(callback.attempts() + 1);
        return new CallbackDao.Try(
                callback.id(),
                pause.isPresent() ? CallbackStatus.PENDING : CallbackStatus.FAILED,
                pause.map(at.plus(clock.uncertainty())::plus).orElse(null),
                responseStatus,
                exchange.failure(),
                at);
    }
}
