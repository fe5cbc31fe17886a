package dev.posthaste.alerts;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Makes, changes, tries and removes channels, each in one transaction. Thread-safe. */
public final class AlertChannels {
    /** A team has no more of them. */
    public static final int MAX = 20;

    /** A channel is tested once within it, and the channels of a team as often as there may be of them. */
    private static final Duration TEST_EVERY = Duration.ofMinutes(1);

    private final Jdbi database;
    private final OneShots oneShots;
    private final ChannelDao channels = new ChannelDao();
    private final LastMessageDao messages = new LastMessageDao();
    private final ChannelTestDao tests = new ChannelTestDao();
    private final AuditLog audit = new AuditLog();

    /** @param oneShots for the messages of tests */
    public AlertChannels(Jdbi database, OneShots oneShots) {
        this.database = database;
        this.oneShots = oneShots;
    }

    /** Channels of a team with a smaller id than {@code before}, newest first. */
    public List<Channel> list(long teamId, long before, int limit) throws SQLException {
        return database.withHandle(handle -> {
            Connection connection = handle.getConnection();
            return withLast(connection, channels.list(connection, teamId, before, limit));
        });
    }

    /** The channel; empty when the team has none with that id. */
    public Optional<Channel> find(long teamId, long channelId) throws SQLException {
        return database.withHandle(handle -> find(handle.getConnection(), teamId, channelId));
    }

    private Optional<Channel> find(Connection connection, long teamId, long channelId) throws SQLException {
        return withLast(
                        connection,
                        channels.find(connection, teamId, channelId).stream().toList())
                .stream()
                .findFirst();
    }

    private List<Channel> withLast(Connection connection, List<Channel> found) throws SQLException {
        Map<Long, Channel.LastMessage> last =
                messages.last(connection, found.stream().map(Channel::id).toList());
        return found.stream()
                .map(one -> new Channel(one.id(), one.settings(), one.createdAt(), last.get(one.id())))
                .toList();
    }

    /** The new channel; empty when the team has as many as it may have. */
    public Optional<Channel> create(long teamId, ChannelSettings settings, Actor actor) throws SQLException {
        return database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            if (!channels.lockTeam(connection, teamId) || channels.count(connection, teamId) >= MAX) {
                return Optional.empty();
            }
            long id = channels.insert(connection, teamId, settings);
            oneShots.setGate(
                    connection, Triggers.alertGroup(id), settings.type().gate());
            tell(handle, teamId, id, settings, actor, AuditAction.ALERT_CHANNEL_CREATE, List.of());
            return find(connection, teamId, id);
        });
    }

    /**
     * Changes a channel. What waits for it is sent as it is then, and not at all while it is not active.
     *
     * @param change from its settings to the new ones; whatever it throws leaves the channel as it was
     * @return the channel as it is now; empty when the team has none with that id
     */
    public Optional<Channel> change(long teamId, long channelId, UnaryOperator<ChannelSettings> change, Actor actor)
            throws SQLException {
        return database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<Channel> before = channels.take(connection, teamId, channelId);
            if (before.isPresent()) {
                ChannelSettings after = change.apply(before.get().settings());
                List<String> fields = after.changedFrom(before.get().settings());
                if (!fields.isEmpty()) {
                    channels.update(connection, channelId, after);
                    tell(handle, teamId, channelId, after, actor, AuditAction.ALERT_CHANNEL_CHANGE, fields);
                }
            }
            return find(connection, teamId, channelId);
        });
    }

    /**
     * Removes a channel: what waits for it is not sent any more.
     *
     * @return false when the team has none with that id
     */
    public boolean remove(long teamId, long channelId, Actor actor) throws SQLException {
        return database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<Channel> channel = channels.take(connection, teamId, channelId);
            if (channel.isEmpty()) {
                return false;
            }
            channels.delete(connection, channelId);
            oneShots.removeGate(connection, Triggers.alertGroup(channelId));
            tell(
                    handle,
                    teamId,
                    channelId,
                    channel.get().settings(),
                    actor,
                    AuditAction.ALERT_CHANNEL_DELETE,
                    List.of());
            return true;
        });
    }

    /** What became of the wish for a test. */
    public sealed interface TestResult {
        /** It is on its way, and its channel's last message. */
        record Begun(Channel channel) implements TestResult {}

        /** The one before has not ended. */
        record OneIsPending() implements TestResult {}

        /** The one before is so recent that another may be had only then. */
        record TooSoon(Duration retryAfter) implements TestResult {}

        /** The team has no channel with that id. */
        record NoSuchChannel() implements TestResult {}
    }

    /**
     * Has a message sent that says nothing but that it arrives, with one try, whether or not the channel is active; once a
     * minute at most.
     */
    public TestResult test(long teamId, long channelId, Actor actor) throws SQLException {
        Tested tested = database.inTransaction(handle -> test(handle, teamId, channelId, actor));
        oneShots.committed(tested.oneShots());
        return tested.result();
    }

    private record Tested(TestResult result, List<OneShot> oneShots) {}

    private Tested test(Handle handle, long teamId, long channelId, Actor actor) throws SQLException {
        Connection connection = handle.getConnection();
        // Before the channel, as who deletes a team does; and so that two tests of a team do not count past each other.
        boolean isThere = channels.lockTeam(connection, teamId);
        Optional<Channel> taken = isThere ? channels.take(connection, teamId, channelId) : Optional.empty();
        if (taken.isEmpty()) {
            return new Tested(new TestResult.NoSuchChannel(), List.of());
        }
        Optional<TestResult> refused = refused(connection, teamId, channelId);
        if (refused.isPresent()) {
            return new Tested(refused.get(), List.of());
        }
        ChannelSettings settings = taken.get().settings();
        Instant now = now(connection);
        long id = tests.insert(connection, teamId, channelId, MessageText.test(settings.type(), channelId, now), now);
        List<OneShot> shots = List.of(Triggers.ofAlert(channelId, id, now));
        oneShots.insertion(shots).execute(connection);
        tell(handle, teamId, channelId, settings, actor, AuditAction.ALERT_CHANNEL_TEST, List.of());
        Channel channel = find(connection, teamId, channelId).orElseThrow();
        return new Tested(new TestResult.Begun(channel), shots);
    }

    /** A team that makes its channels anew is bounded by its own tests: a mail may be for somebody who wants none. */
    private Optional<TestResult> refused(Connection connection, long teamId, long channelId) throws SQLException {
        Optional<ChannelTestDao.LastTest> last = tests.last(connection, channelId);
        if (last.isPresent() && last.get().isPending()) {
            return Optional.of(new TestResult.OneIsPending());
        }
        Optional<Duration> wait = last.flatMap(test -> test.wait(TEST_EVERY));
        if (wait.isPresent()) {
            return Optional.of(new TestResult.TooSoon(wait.get()));
        }
        return tests.recent(connection, teamId, TEST_EVERY, MAX) >= MAX
                ? Optional.of(new TestResult.TooSoon(TEST_EVERY))
                : Optional.empty();
    }

    private static Instant now(Connection connection) throws SQLException {
        String sql = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";
        return Instant.ofEpochMilli(Rows.one(connection, sql, Parameters.NONE, row -> row.getLong(1)));
    }

    private void tell(
            Handle handle,
            long teamId,
            long channelId,
            ChannelSettings settings,
            Actor actor,
            AuditAction action,
            List<String> fields) {
        Thing thing = Thing.alertChannel(channelId, settings.type().contractName());
        audit.write(handle, AuditEntry.of(teamId, actor, action, thing).changing(fields));
    }
}
