package dev.posthaste.teams;

import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The {@code api_tokens} table. Thread-safe: holds no state. */
public final class TokenDao {
    private static final String IS_VALID =
            "revoked_at is null and (expires_at is null or expires_at > clock_timestamp())";

    /** All that are valid now. */
    static final String VALID = "select id, team_id, name, scopes, expires_at from api_tokens where " + IS_VALID;

    private static final String MAY_PUSH =
            "(scopes is null or scopes = '{}' or '" + Scope.JOBS_WRITE.contractName() + "' = any (scopes))";

    private static final String ENTRY = """
            select t.id, m.name as team, t.name, t.prefix, t.scopes, t.created_at, t.last_used_at, t.expires_at,
                   t.revoked_at
              from api_tokens t join teams m on m.id = t.team_id
            """;

    /** Looks which of the tokens are valid now and may push. */
    public BoundStatement validAmong(Collection<Long> tokenIds, Consumer<Set<Long>> receiver) {
        return BoundStatement.map(
                "select id from api_tokens where id = any (?) and " + IS_VALID + " and " + MAY_PUSH,
                Rows.ids(tokenIds),
                row -> row.getLong(1),
                row -> true,
                valid -> receiver.accept(valid.keySet()));
    }

    /**
     * Notes when tokens were last used, unless the table has that to the minute already: however many nodes note it, a
     * token's row is written once a minute. Without a join: see {@link ArrayBinder}.
     *
     * @param uses by token, in the order of the ids
     */
    public BoundStatement used(Map<Long, Instant> uses) {
        String at = "to_timestamp((:at::bigint[])[width_bucket(t.id, :ids::bigint[])] / 1000::float8)";
        // Rows are locked in one order, so that two nodes never wait for each other.
        NamedSql sql = NamedSql.of("""
                update api_tokens t
                   set last_used_at = %1$s
                 where t.id = any (array(select x.id from api_tokens x where x.id = any (:ids) order by x.id for no key update))
                   and (t.last_used_at is null or t.last_used_at + interval '1 minute' <= %1$s)
                """.formatted(at));
        List<Map.Entry<Long, Instant>> inOrder =
                uses.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
        return BoundStatement.effect(
                sql,
                values -> values.rows(inOrder).longs("ids", Map.Entry::getKey).instants("at", Map.Entry::getValue));
    }

    /** Those of the tokens that are valid now. */
    Set<Long> validAmong(Handle handle, Collection<Long> ids) {
        return handle.createQuery("select id from api_tokens where id = any (:ids) and " + IS_VALID)
                .bindArray("ids", Long.class, ids)
                .mapTo(Long.class)
                .set();
    }

    Optional<ApiToken> findValid(Handle handle, byte[] sha256) {
        return handle.createQuery(VALID + " and sha256 = :sha256")
                .bind("sha256", sha256)
                .map((row, context) -> token(row))
                .findOne();
    }

    /** The token of that id while it is valid; keeps others from adding what belongs to it until the transaction ends. */
    Optional<ApiToken> holdValid(Handle handle, long id) {
        return handle.createQuery(VALID + " and id = :id for no key update")
                .bind("id", id)
                .map((row, context) -> token(row))
                .findOne();
    }

    /**
     * A valid token of a team: one that may do everything if there is one, of several the oldest.
     *
     * @param name the token's, null for any
     */
    Optional<ApiToken> findValid(Handle handle, long teamId, @Nullable String name) {
        return handle.createQuery(VALID + """
                         and team_id = :team and name = coalesce(:name, name)
                        order by scopes is null or scopes = '{}' desc, id limit 1
                        """)
                .bind("team", teamId)
                .bind("name", name)
                .map((row, context) -> token(row))
                .findOne();
    }

    /** The new token's id; empty when the same secret is there already. */
    Optional<Long> insert(Handle handle, long teamId, NewToken token, TokenSecret secret) {
        return handle.createQuery("""
                        insert into api_tokens (team_id, name, prefix, sha256, scopes, expires_at)
                        values (:team, :name, :prefix, :sha256, :scopes, :expires_at)
                        on conflict (sha256) do nothing
                        returning id
                        """)
                .bind("team", teamId)
                .bind("name", token.name())
                .bind("prefix", secret.prefix())
                .bind("sha256", secret.sha256())
                .bindArray("scopes", String.class, (Object[]) token.scopes().forTable())
                .bind("expires_at", token.expiresAt())
                .mapTo(Long.class)
                .findOne();
    }

    boolean hasTokens(Handle handle) {
        return handle.createQuery("select exists (select 1 from api_tokens)")
                .mapTo(Boolean.class)
                .one();
    }

    /** All tokens of all teams, the revoked ones too, newest first. */
    List<TokenEntry> list(Handle handle) {
        return handle.createQuery(ENTRY + "order by t.id desc")
                .map((row, context) -> entry(row))
                .list();
    }

    /** Those of a team with a smaller id than {@code before} that are not revoked, newest first. */
    List<TokenEntry> page(Handle handle, long teamId, long before, int limit) {
        return handle.createQuery(ENTRY + """
                        where t.team_id = :team and t.id < :before and t.revoked_at is null
                        order by t.id desc limit :limit
                        """)
                .bind("team", teamId)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> entry(row))
                .list();
    }

    TokenEntry one(Handle handle, long id) {
        return handle.createQuery(ENTRY + "where t.id = :id")
                .bind("id", id)
                .map((row, context) -> entry(row))
                .one();
    }

    /**
     * The token that was revoked; empty when there is none to revoke.
     *
     * @param teamId null for whatever team
     */
    Optional<ApiToken> revoke(Handle handle, @Nullable Long teamId, long tokenId) {
        return handle.createQuery("""
                        update api_tokens set revoked_at = now()
                         where id = :id and revoked_at is null and team_id = coalesce(:team, team_id)
                        returning id, team_id, name, scopes, expires_at
                        """)
                .bind("id", tokenId)
                .bind("team", teamId)
                .map((row, context) -> token(row))
                .findOne();
    }

    /** Until the transaction ends nobody else makes tokens under this lock. */
    void lockFirstToken(Handle handle) {
        handle.execute("select pg_advisory_xact_lock(hashtextextended('posthaste first token', 0))");
    }

    /** Of a row of {@link #VALID}. */
    static ApiToken token(ResultSet row) throws SQLException {
        return new ApiToken(
                row.getLong("id"),
                row.getLong("team_id"),
                row.getString("name"),
                scopes(row),
                Rows.instantOrNull(row, "expires_at"));
    }

    private static TokenEntry entry(ResultSet row) throws SQLException {
        return new TokenEntry(
                row.getLong("id"),
                row.getString("team"),
                row.getString("name"),
                row.getString("prefix"),
                scopes(row),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "last_used_at"),
                Rows.instantOrNull(row, "expires_at"),
                Rows.instantOrNull(row, "revoked_at"));
    }

    private static Scopes scopes(ResultSet row) throws SQLException {
        Array names = row.getArray("scopes");
        return Scopes.ofTable(names == null ? null : (String[]) names.getArray());
    }
}
