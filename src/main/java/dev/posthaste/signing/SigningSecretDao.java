package dev.posthaste.signing;

import dev.posthaste.contract.ContractName;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * The {@code signing_secrets} table, and the version of a team's secrets in {@code teams}, which is 0 for a team that
 * never had one and grows with each change. Thread-safe: holds no state.
 */
final class SigningSecretDao {
    private static final String SIGNS = "(ends_at is null or ends_at > clock_timestamp())";

    /** A secret as it is kept. */
    record Sealed(
            long id,
            long teamId,
            Algorithm algorithm,
            String text,
            @Nullable Instant endsAt) {}

    /** Those of the teams' secrets that sign now, newest first. */
    Map<Long, List<Sealed>> signing(Connection connection, Collection<Long> teamIds) throws SQLException {
        Map<Long, List<Sealed>> secrets = new HashMap<>();
        String sql = "select id, team_id, algorithm, sealed, ends_at from signing_secrets where team_id = any (?) and "
                + SIGNS + " order by id desc";
        Rows.each(connection, sql, Rows.ids(teamIds), row -> {
            Sealed secret = new Sealed(
                    row.getLong("id"),
                    row.getLong("team_id"),
                    ContractName.find(Algorithm.class, row.getString("algorithm"))
                            .orElseThrow(),
                    row.getString("sealed"),
                    Rows.instantOrNull(row, "ends_at"));
            secrets.computeIfAbsent(secret.teamId(), team -> new ArrayList<>()).add(secret);
        });
        return secrets;
    }

    /** Until the transaction ends nobody else changes the team's secrets. */
    void lockTeam(Handle handle, long teamId) {
        handle.createQuery("select id from teams where id = :team for no key update")
                .bind("team", teamId)
                .mapTo(Long.class)
                .one();
    }

    /** Whether one of the team's secrets signs beside a newer one now. */
    boolean anyOverlaps(Handle handle, long teamId) {
        return handle.createQuery("select exists (select 1 from signing_secrets where team_id = :team and ends_at >"
                        + " clock_timestamp())")
                .bind("team", teamId)
                .mapTo(Boolean.class)
                .one();
    }

    /** The newest ends then, all others at once. */
    void endAll(Handle handle, long teamId, int overlapHours) {
        handle.createUpdate("delete from signing_secrets where team_id = :team and ends_at is not null")
                .bind("team", teamId)
                .execute();
        handle.createUpdate("update signing_secrets set ends_at = clock_timestamp() + make_interval(hours => :hours)"
                        + " where team_id = :team")
                .bind("team", teamId)
                .bind("hours", overlapHours)
                .execute();
    }

    SigningSecretEntry insert(
            Handle handle, long teamId, Algorithm algorithm, String sealed, @Nullable String publicKey) {
        return handle.createQuery("""
                        insert into signing_secrets (team_id, algorithm, sealed, public_key)
                        values (:team, :algorithm, :sealed, :publicKey)
                        returning id, algorithm, public_key, created_at, ends_at
                        """)
                .bind("team", teamId)
                .bind("algorithm", algorithm.contractName())
                .bind("sealed", sealed)
                .bind("publicKey", publicKey)
                .registerColumnMapper(
                        Algorithm.class,
                        (row, column, context) -> ContractName.find(Algorithm.class, row.getString(column))
                                .orElseThrow())
                .map(ConstructorMapper.of(SigningSecretEntry.class))
                .one();
    }

    /** Those that sign now, newest first. */
    List<SigningSecretEntry> list(Handle handle, long teamId) {
        return handle.createQuery("select id, algorithm, public_key, created_at, ends_at from signing_secrets"
                        + " where team_id = :team and " + SIGNS + " order by id desc")
                .bind("team", teamId)
                .registerColumnMapper(
                        Algorithm.class,
                        (row, column, context) -> ContractName.find(Algorithm.class, row.getString(column))
                                .orElseThrow())
                .map(ConstructorMapper.of(SigningSecretEntry.class))
                .list();
    }

    Optional<SigningSecretEntry> find(Handle handle, long teamId, long id) {
        return list(handle, teamId).stream().filter(secret -> secret.id() == id).findFirst();
    }

    void delete(Handle handle, long id) {
        handle.createUpdate("delete from signing_secrets where id = :id")
                .bind("id", id)
                .execute();
    }

    /** The newest of those that sign has no end: what is signed today must not be sent unsigned tomorrow. */
    void keepNewest(Handle handle, long teamId) {
        handle.createUpdate("update signing_secrets set ends_at = null where id ="
                        + " (select max(id) from signing_secrets where team_id = :team and " + SIGNS + ")")
                .bind("team", teamId)
                .execute();
    }

    /** What nodes remember of the team's secrets no longer holds. */
    void raiseVersion(Handle handle, long teamId) {
        handle.createUpdate("update teams set signing_version = signing_version + 1 where id = :team")
                .bind("team", teamId)
                .execute();
    }

    /** Removes every secret of every team, and returns of how many teams. */
    int deleteAll(Handle handle) {
        handle.execute("delete from signing_secrets");
        return handle.execute("update teams set signing_version = signing_version + 1 where signing_version > 0");
    }
}
