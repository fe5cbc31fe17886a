package dev.posthaste.delivery;

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
import dev.posthaste.sql.SqlFailure;
import dev.posthaste.sql.StorableText;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A callback is due: report the ended attempt, and try again later if it is not taken. Thread-safe. */
final class CallbackFiring implements FiringPort {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackFiring.class);

    private final CallbackDao callbacks;
    private final RequestComposer composer;
    private final HttpSender sender;
    private final Unsent unsent;
    private final OutcomeLog outcomes;
    private final DatabaseClock clock;
    private final ToldWay told;

    CallbackFiring(
            CallbackDao callbacks,
            RequestComposer composer,
            HttpSender sender,
            Unsent unsent,
            OutcomeLog outcomes,
            DatabaseClock clock,
            ToldWay told) {
        this.callbacks = callbacks;
        this.composer = composer;
        this.sender = sender;
        this.unsent = unsent;
        this.outcomes = outcomes;
        this.clock = clock;
        this.told = told;
    }

    @Override
    public boolean isFaultOfOne(Exception failure) {
        return SqlFailure.isOfTheData(failure);
    }

    @Override
    public Map<OneShotKey, CallbackDao.Due> prepare(Connection connection, List<ClaimedOneShot> claimed)
            throws SQLException {
        List<Long> ids = claimed.stream().map(shot -> Triggers.idOf(shot.key())).toList();
        Map<Long, CallbackDao.Due> due = callbacks.load(connection, ids);
        Map<OneShotKey, CallbackDao.Due> prepared = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            CallbackDao.Due callback = due.get(ids.get(i));
            if (callback != null) {
                prepared.put(claimed.get(i).key(), callback);
            }
        }
        return prepared;
    }

    @Override
    public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException {
        if (!(prepared instanceof CallbackDao.Due callback)) {
            return outcomes.record(new Outcome.NothingToSend(shot));
        }
        told.reports(shot, callback.jobId());
        Exchange exchange = send(shot, callback, lastLook);
        told.ended(shot, exchange);
        // Nothing of an answer to a callback is kept but its status.
        exchange.release().run();
        CallbackDao.Try tried = conclude(callback, exchange);
        CompletableFuture<?> recorded = outcomes.record(new Outcome.CallbackTried(shot, callback.queueId(), tried));
        FailureReason reason = tried.failureReason();
        return reason == null
                ? recorded
                : recorded.thenRun(() -> LOG.info(
                        "Callback {} of job {} failed on try {}: {}, {} It is now {}.",
                        callback.id(),
                        callback.jobId(),
                        callback.attempts() + 1,
                        reason.wireName(),
                        exchange.message() == null ? "" : StorableText.line(exchange.message()),
                        tried.status().wireName()));
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

    private Exchange send(ClaimedOneShot shot, CallbackDao.Due callback, LastLook lastLook) {
        Optional<TargetUrl> url = TargetUrl.parse(callback.url());
        if (url.isEmpty()) {
            return Exchange.unsendable(clock.instant());
        }
        try {
            return sender.send(
                    told.leaving(composer.callback(callback, url.get()).withLastLook(lastLook::take), shot));
        } catch (UnsentException e) {
            throw unsent.putBack("Callback " + callback.id() + " of job " + callback.jobId(), e);
        }
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
