package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table {@code alert_channels}. The connection, and so the transaction, is the caller's. Thread-safe: holds no state. */
public final class ChannelDao {
    private static final String COLUMNS = "c.id, c.type, c.target, c.alert_types, c.is_active, c.created_at";

    private static final NamedSql INSERT = NamedSql.of("""
            insert into alert_channels (team_id, type, target, alert_types, is_active)
            values (:team, :type, :target, :alert_types, :is_active)
            returning id
            """);

    private static final NamedSql UPDATE = NamedSql.of("""
            update alert_channels set target = :target, alert_types = :alert_types, is_active = :is_active where id = :id
            """);

    /** Keeps others from adding channels to a team until the transaction ends; false when there is no such team. */
    boolean lockTeam(Connection connection, long teamId) throws SQLException {
        String sql = "select 1 from teams where id = ? and removed_at is null for no key update";
        return Rows.exist(connection, sql, values -> values.number(teamId));
    }

    int count(Connection connection, long teamId) throws SQLException {
        String sql = "select count(*) from alert_channels where team_id = ?";
        return Rows.one(connection, sql, values -> values.number(teamId), row -> row.getInt(1));
    }

    /** Writes a new one; its id. */
    long insert(Connection connection, long teamId, ChannelSettings settings) throws SQLException {
        return INSERT.first(
                        connection,
                        values -> values.number("team", teamId)
                                .text("type", settings.type().contractName())
                                .text("target", settings.target())
                                .texts("alert_types", settings.alertTypeNames())
                                .flag("is_active", settings.isActive()),
                        row -> row.getLong(1))
                .orElseThrow();
    }

    /** Changes one whose row the transaction has locked. */
    void update(Connection connection, long channelId, ChannelSettings settings) throws SQLException {
        UPDATE.update(
                connection,
                values -> values.number("id", channelId)
                        .text("target", settings.target())
                        .texts("alert_types", settings.alertTypeNames())
                        .flag("is_active", settings.isActive()));
    }

    /** Keeps one from being changed until the transaction ends; empty when the team has none with that id. */
    Optional<Channel> take(Connection connection, long teamId, long channelId) throws SQLException {
        return find(connection, teamId, channelId, " for update");
    }

    /** The channel; empty when the team has none with that id. */
    Optional<Channel> find(Connection connection, long teamId, long channelId) throws SQLException {
        return find(connection, teamId, channelId, "");
    }

    private static Optional<Channel> find(Connection connection, long teamId, long channelId, String lock)
            throws SQLException {
        String sql = "select " + COLUMNS + " from alert_channels c where c.id = ? and c.team_id = ?" + lock;
        return Rows.first(connection, sql, values -> values.number(channelId).number(teamId), ChannelDao::read);
    }

    /** Channels of a team with a smaller id than {@code before}, newest first. */
    List<Channel> list(Connection connection, long teamId, long before, int limit) throws SQLException {
        String sql = "select " + COLUMNS + " from alert_channels c"
                + " where c.team_id = ? and c.id + 0 < ? order by c.id + 0 desc limit ?";
        return Rows.list(
                connection, sql, values -> values.number(teamId).number(before).integer(limit), ChannelDao::read);
    }

    private static Channel read(ResultSet row) throws SQLException {
        String[] types = (String[]) row.getArray("alert_types").getArray();
        ChannelSettings settings = new ChannelSettings(
                AlertDao.constant(row, "type", ChannelType.class),
                row.getString("target"),
                Arrays.stream(types)
                        .flatMap(name -> ContractName.find(AlertType.class, name).stream())
                        .collect(Collectors.toSet()),
                row.getBoolean("is_active"));
        return new Channel(row.getLong("id"), settings, Rows.instant(row, "created_at"), null);
    }

    /** Deletes one. Its messages are not sent any more and go with retention. */
    void delete(Connection connection, long channelId) throws SQLException {
        Rows.update(connection, "delete from alert_channels where id = ?", values -> values.number(channelId));
    }

    /** The ids of every team's, with the teams'. */
    public Map<Long, Long> teamsOfAll(Connection connection) throws SQLException {
        return Rows.map(
                connection,
                "select id, team_id from alert_channels",
                Parameters.NONE,
                row -> row.getLong(1),
                row -> row.getLong(2));
    }

    /** The same for all channels of a team; their ids. */
    public List<Long> deleteOf(Connection connection, long teamId) throws SQLException {
        String sql = "delete from alert_channels where team_id = ? returning id";
        return Rows.list(connection, sql, values -> values.number(teamId), row -> row.getLong(1));
    }
}
