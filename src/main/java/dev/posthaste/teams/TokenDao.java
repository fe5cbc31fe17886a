package dev.posthaste.teams;

import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The {@code teams} and {@code api_tokens} tables. Thread-safe: holds no state. */
public final class TokenDao {
    private static final String IS_VALID =
            "revoked_at is null and (expires_at is null or expires_at > clock_timestamp())";

    /** Looks which of the tokens are valid now. */
    public BoundStatement validAmong(Collection<Long> tokenIds, Consumer<Set<Long>> receiver) {
        return BoundStatement.query(
                "select id from api_tokens where id = any (?) and " + IS_VALID,
                (statement, first) -> new ArrayBinder<>(statement, first, tokenIds)
                        .longs(Long::longValue)
                        .next(),
                rows -> {
                    Set<Long> valid = new HashSet<>();
                    while (rows.next()) {
                        valid.add(rows.getLong(1));
                    }
                    receiver.accept(valid);
                });
    }

    Optional<ApiToken> findValid(Handle handle, byte[] sha256) {
        return handle.createQuery("select id, team_id, name from api_tokens where sha256 = :sha256 and " + IS_VALID)
                .bind("sha256", sha256)
                .map(ConstructorMapper.of(ApiToken.class))
                .findOne();
    }

    Optional<Long> teamId(Handle handle, String team) {
        return handle.createQuery("select id from teams where name = :team")
                .bind("team", team)
                .mapTo(Long.class)
                .findOne();
    }

    /** The new team's id; empty when there is one of that name. */
    Optional<Long> insertTeam(Handle handle, String name) {
        return handle.createQuery("insert into teams (name) values (:name) on conflict (name) do nothing returning id")
                .bind("name", name)
                .mapTo(Long.class)
                .findOne();
    }

    List<TeamEntry> teams(Handle handle) {
        return handle.createQuery("""
                        select m.id, m.name, m.created_at, count(t.id) filter (where %s) as valid_tokens
                          from teams m left join api_tokens t on t.team_id = m.id
                         group by m.id
                         order by m.id
                        """.formatted(IS_VALID))
                .map(ConstructorMapper.of(TeamEntry.class))
                .list();
    }

    /** The new token's id; empty when the same secret is there already. */
    Optional<Long> insert(Handle handle, long teamId, String name, TokenSecret secret) {
        return handle.createQuery("""
                        insert into api_tokens (team_id, name, prefix, sha256) values (:team, :name, :prefix, :sha256)
                        on conflict (sha256) do nothing
                        returning id
                        """)
                .bind("team", teamId)
                .bind("name", name)
                .bind("prefix", secret.prefix())
                .bind("sha256", secret.sha256())
                .mapTo(Long.class)
                .findOne();
    }

    boolean hasTokens(Handle handle) {
        return handle.createQuery("select exists (select 1 from api_tokens)")
                .mapTo(Boolean.class)
                .one();
    }

    List<TokenEntry> list(Handle handle) {
        return handle.createQuery("""
                        select t.id, m.name as team, t.name, t.prefix, t.created_at, t.expires_at, t.revoked_at
                          from api_tokens t join teams m on m.id = t.team_id
                         order by t.id desc
                        """)
                .map(ConstructorMapper.of(TokenEntry.class))
                .list();
    }

    /** The token that was valid until now; empty when there is none, or it was revoked before. */
    Optional<ApiToken> revoke(Handle handle, long tokenId) {
        return handle.createQuery("update api_tokens set revoked_at = now() where id = :id and revoked_at is null"
                        + " returning id, team_id, name")
                .bind("id", tokenId)
                .map(ConstructorMapper.of(ApiToken.class))
                .findOne();
    }

    /** Until the transaction ends nobody else makes tokens under this lock. */
    void lockFirstToken(Handle handle) {
        handle.execute("select pg_advisory_xact_lock(hashtextextended('posthaste first token', 0))");
    }
}
