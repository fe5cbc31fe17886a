package dev.posthaste.delivery;

import dev.posthaste.alerts.AlertMessageDao;
import dev.posthaste.alerts.ChannelType;
import dev.posthaste.alerts.MessageSealing;
import dev.posthaste.alerts.MessageText;
import dev.posthaste.contract.ContractName;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message about alerts is due: settle what it says, send it, and try again later if it is not taken. Thread-safe. */
final class AlertFiring implements FiringPort {
    private static final Logger LOG = LoggerFactory.getLogger(AlertFiring.class);

    private final AlertMessageDao messages;
    private final MessageSealing sealing;
    private final KnownSecrets secrets;
    private final RequestComposer composer;
    private final HttpSender sender;
    private final MailSender mail;
    private final Unsent unsent;
    private final OutcomeLog outcomes;
    private final DatabaseClock clock;

    AlertFiring(
            AlertMessageDao messages,
            MessageSealing sealing,
            KnownSecrets secrets,
            RequestComposer composer,
            HttpSender sender,
            MailSender mail,
            Unsent unsent,
            OutcomeLog outcomes,
            DatabaseClock clock) {
        this.messages = messages;
        this.sealing = sealing;
        this.secrets = secrets;
        this.composer = composer;
        this.sender = sender;
        this.mail = mail;
        this.unsent = unsent;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    @Override
    public boolean isFaultOfOne(Exception failure) {
        return SqlFailure.isOfTheData(failure);
    }

    @Override
    public Map<OneShotKey, Prepared> prepare(Connection connection, List<ClaimedOneShot> claimed) throws SQLException {
        List<Long> ids = claimed.stream().map(shot -> Triggers.idOf(shot.key())).toList();
        Map<Long, AlertMessageDao.Due> due = messages.load(connection, ids);
        Map<KnownSecrets.Version, TeamSigning> signing = secrets.of(
                connection,
                due.values().stream()
                        .filter(AlertFiring::isSigned)
                        .map(AlertFiring::version)
                        .collect(Collectors.toSet()));
        Map<OneShotKey, Prepared> prepared = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            AlertMessageDao.Due message = due.get(ids.get(i));
            if (message != null) {
                TeamSigning by = isSigned(message) ? signing.get(version(message)) : TeamSigning.NONE;
                prepared.put(claimed.get(i).key(), new Prepared(message, by));
            }
        }
        return prepared;
    }

    /**
     * A message with what signs it.
     *
     * @param signing null when this node cannot open its team's secrets
     */
    record Prepared(AlertMessageDao.Due message, @Nullable TeamSigning signing) {}

    private static KnownSecrets.Version version(AlertMessageDao.Due message) {
        return new KnownSecrets.Version(message.teamId(), message.signingVersion());
    }

    private static boolean isSigned(AlertMessageDao.Due message) {
        return message.type() == ChannelType.WEBHOOK;
    }

    @Override
    public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException {
        if (!(prepared instanceof Prepared known)) {
            return outcomes.record(new Outcome.NothingToSend(shot));
        }
        TeamSigning signing = known.signing();
        if (signing == null) {
            throw unsent.putBack(known.message().named(), UnsentException.unsigned());
        }
        MessageSealing.Sealed sealed = seal(known.message());
        if (sealed instanceof MessageSealing.Sealed.Later later) {
            return outcomes.record(new Outcome.PutOff(shot, later.until()));
        }
        return sealed instanceof MessageSealing.Sealed.ToSend toSend
                ? attempt(shot, toSend.message(), signing, lastLook)
                : outcomes.record(new Outcome.NothingToSend(shot));
    }

    private CompletableFuture<?> attempt(
            ClaimedOneShot shot, AlertMessageDao.Due message, TeamSigning signing, LastLook lastLook)
            throws InterruptedException {
        Sent sent = message.isActive() || message.isTest()
                ? send(message, signing, lastLook)
                : Sent.unsent(clock.instant(), FailureReason.UNKNOWN, "The channel is not active any more.", true);
        AlertMessageDao.Try tried = conclude(message, sent);
        CompletableFuture<?> recorded = outcomes.record(new Outcome.AlertTried(shot, message.channelId(), tried));
        return sent.failure() == null ? recorded : recorded.thenRun(() -> log(message, tried));
    }

    private MessageSealing.Sealed seal(AlertMessageDao.Due message) throws InterruptedException {
        try {
            return sealing.seal(message);
        } catch (SQLException e) {
            throw unsent.putBack(
                    message.named(), new UnsentException("what it says could not be settled: " + e.getMessage(), e));
        }
    }

    /**
     * How a try went.
     *
     * @param retryAfter for how long the receiver asks to be left alone, null when it does not
     * @param isLast whether no other one may follow
     */
    private record Sent(
            Instant at,
            @Nullable Integer status,
            @Nullable FailureReason failure,
            @Nullable String message,
            @Nullable Duration retryAfter,
            boolean isLast) {
        static Sent unsent(Instant at, FailureReason failure, String message, boolean isLast) {
            return new Sent(at, null, failure, message, null, isLast);
        }
    }

    private Sent send(AlertMessageDao.Due message, TeamSigning signing, LastLook lastLook) {
        MessageText text = Objects.requireNonNull(message.text());
        return message.type() == ChannelType.EMAIL
                ? sendMail(message, text, lastLook)
                : sendHttp(message, text, signing, lastLook);
    }

    private Sent sendMail(AlertMessageDao.Due message, MessageText text, LastLook lastLook) {
        MailSender.Mail letter = new MailSender.Mail(
                message.target(), String.valueOf(text.subject()), text.body(), messageId(message, text));
        MailSender.Handed handed = mail.send(letter, lastLook::take);
        return handed instanceof MailSender.Handed.Refused refused
                ? Sent.unsent(clock.instant(), refused.reason(), refused.message(), message.isTest())
                : new Sent(clock.instant(), null, null, null, null, true);
    }

    /** Another installation counts messages too, and what has an id that was seen is dropped on its way. */
    private static String messageId(AlertMessageDao.Due message, MessageText text) {
        return "alert_" + message.id() + "." + Integer.toHexString(text.body().hashCode());
    }

    private Sent sendHttp(AlertMessageDao.Due message, MessageText text, TeamSigning signing, LastLook lastLook) {
        Exchange exchange = TargetUrl.parse(message.type().postedTo(message.target()))
                .map(url -> exchange(message, text, url, signing, lastLook))
                .orElseGet(() -> Exchange.unsendable(clock.instant()));
        // Nothing of the answer is kept but its status.
        exchange.release().run();
        Answer answer = exchange.answer();
        return new Sent(
                exchange.endedAt(),
                answer == null ? null : answer.status(),
                exchange.failure(),
                exchange.message(),
                EndedAttempts.retryAfter(exchange),
                message.isTest());
    }

    private Exchange exchange(
            AlertMessageDao.Due message, MessageText text, TargetUrl url, TeamSigning signing, LastLook lastLook) {
        try {
            return sender.send(
                    composer.alert(message, text.body(), url, signing).withLastLook(lastLook::take));
        } catch (UnsentException e) {
            throw unsent.putBack(message.named(), e);
        }
    }

    private AlertMessageDao.Try conclude(AlertMessageDao.Due message, Sent sent) {
        if (sent.failure() == null) {
            return new AlertMessageDao.Try(
                    message.id(), CallbackStatus.DELIVERED, null, null, sent.status(), null, null, sent.at());
        }
        Optional<Duration> asked = Optional.ofNullable(sent.retryAfter()).map(AlertFiring::bounded);
        Optional<Duration> pause = sent.isLast()
                ? Optional.empty()
                : CallbackTries.pauseAfter(message.attempts() + 1)
                        .map(planned ->
                                asked.filter(one -> one.compareTo(planned) > 0).orElse(planned));
        Instant from = sent.at().plus(clock.uncertainty());
        return new AlertMessageDao.Try(
                message.id(),
                pause.isPresent() ? CallbackStatus.PENDING : CallbackStatus.FAILED,
                pause.map(from::plus).orElse(null),
                asked.map(from::plus).orElse(null),
                sent.status(),
                sent.failure(),
                sent.message() == null ? null : StorableText.line(sent.message()),
                sent.at());
    }

    /** Slack and Discord say when they take the next one, and switch off who does not heed that. */
    private static Duration bounded(Duration asked) {
        return asked.compareTo(AlertMessageDao.LONGEST_ASKED) > 0 ? AlertMessageDao.LONGEST_ASKED : asked;
    }

    private static void log(AlertMessageDao.Due message, AlertMessageDao.Try tried) {
        String line = "{} failed on try {}: {}{}. {}";
        Object[] values = {
            message.named(),
            message.attempts() + 1,
            ContractName.orNull(tried.failureReason()),
            inWords(tried.errorMessage()),
            whatFollows(message, tried)
        };
        if (tried.status() == CallbackStatus.FAILED) {
            LOG.warn(line, values);
        } else {
            LOG.info(line, values);
        }
    }

    /** A server's words may end with a full stop or without one. */
    private static String inWords(@Nullable String message) {
        return message == null || message.isBlank()
                ? ""
                : ", " + message.strip().replaceFirst("\\.$", "");
    }

    private static String whatFollows(AlertMessageDao.Due message, AlertMessageDao.Try tried) {
        if (tried.nextAttemptAt() != null) {
            return "It is tried again at " + tried.nextAttemptAt() + ", unless the next message tells it before.";
        }
        return message.isTest() ? "A test is not tried again." : "It is not tried again.";
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
}
