package dev.posthaste.teams;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The {@code sessions} and {@code login_links} tables. Thread-safe: holds no state. */
public final class SessionDao {
    /** What somebody may come with after its end; later he is taken for one who guesses. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    /** So many of one token that have ended. */
    private static final int MAX_ENDED = 1_000;

    /** When something ends that begins now. */
    record Span(Instant now, Instant end) {
        Duration length() {
            return Duration.between(now, end);
        }
    }

    /** Adds one of a token, that ends when the token does at the latest. */
    Span insertSession(Handle handle, ApiToken token, SessionSecret secret, Duration length) {
        return handle.createQuery("""
                        insert into sessions (sha256, token_id, created_at, expires_at)
                        select :sha256, :token, t.at,
                               least(t.at + :seconds * interval '1 second', cast(:end as timestamptz))
                          from (select clock_timestamp() as at) t
                        returning created_at, expires_at
                        """)
                .bind("sha256", secret.sha256())
                .bind("token", token.id())
                .bind("seconds", length.toSeconds())
                .bind("end", token.expiresAt())
                .map((row, context) -> new Span(Rows.instant(row, "created_at"), Rows.instant(row, "expires_at")))
                .one();
    }

    /** The same of a link. */
    void insertLink(Handle handle, long tokenId, SessionSecret code, Duration length) {
        handle.createUpdate("""
                        insert into login_links (sha256, token_id, expires_at)
                        values (:sha256, :token, clock_timestamp() + :seconds * interval '1 second')
                        """)
                .bind("sha256", code.sha256())
                .bind("token", tokenId)
                .bind("seconds", length.toSeconds())
                .execute();
    }

    /**
     * Ends the oldest sessions of a token but so many; who adds one holds the token. Of those that have ended so many are known
     * still at most: beyond that nobody can make the table grow by signing in.
     */
    void endOldest(Handle handle, long tokenId, int keep) {
        handle.createUpdate("""
                        update sessions set expires_at = clock_timestamp()
                         where sha256 = any (array(
                           select s.sha256 from sessions s
                            where s.token_id = :token and s.expires_at > clock_timestamp()
                            order by s.created_at desc, s.sha256 offset :keep))
                        """).bind("token", tokenId).bind("keep", keep).execute();
        deleteOldest(handle, "sessions", tokenId, keep + MAX_ENDED);
    }

    /** Removes the oldest links of a token but so many; who adds one holds the token. */
    void removeOldestLinks(Handle handle, long tokenId, int keep) {
        deleteOldest(handle, "login_links", tokenId, keep);
    }

    private static void deleteOldest(Handle handle, String table, long tokenId, int keep) {
        handle.createUpdate("""
                        delete from %1$s
                         where sha256 = any (array(
                           select s.sha256 from %1$s s where s.token_id = :token
                            order by s.created_at desc, s.sha256 offset :keep))
                        """.formatted(table))
                .bind("token", tokenId)
                .bind("keep", keep)
                .execute();
    }

    /**
     * A session that there is or was.
     *
     * @param token null when it has ended, or its token has
     */
    record Held(@Nullable ApiToken token) {}

    /** The session with that secret; empty when there is none. */
    Optional<Held> find(Handle handle, SessionSecret secret) {
        return handle.createQuery("""
                        select s.expires_at > clock_timestamp() and t.id is not null as is_open, t.*
                          from sessions s
                          left join (%s) t on t.id = s.token_id
                         where s.sha256 = :sha256
                        """.formatted(TokenDao.VALID))
                .bind("sha256", secret.sha256())
                .map((row, context) -> new Held(row.getBoolean("is_open") ? TokenDao.token(row) : null))
                .findOne();
    }

    /** Those of the sessions that are open. */
    Set<SessionSecret> openAmong(Handle handle, Collection<SessionSecret> secrets) {
        HexFormat hex = HexFormat.of();
        Map<String, SessionSecret> byDigest = new HashMap<>();
        secrets.forEach(secret -> byDigest.put(hex.formatHex(secret.sha256()), secret));
        return handle
                .createQuery("""
                        select encode(s.sha256, 'hex') from sessions s join (%s) t on t.id = s.token_id
                         where s.sha256 = any (array(select decode(d, 'hex') from unnest(:digests) d))
                           and s.expires_at > clock_timestamp()
                        """.formatted(TokenDao.VALID))
                .bindArray("digests", String.class, byDigest.keySet())
                .mapTo(String.class)
                .stream()
                .map(digest -> Objects.requireNonNull(byDigest.get(digest)))
                .collect(Collectors.toSet());
    }

    /** Uses a link up; the id of its token, for one caller only, on whatever node. */
    Optional<Long> use(Handle handle, SessionSecret code) {
        return handle.createQuery("""
                        update login_links set used_at = clock_timestamp()
                         where sha256 = :sha256 and used_at is null and expires_at > clock_timestamp()
                        returning token_id
                        """)
                .bind("sha256", code.sha256())
                .mapTo(Long.class)
                .findOne();
    }

    /** Whether there is or was such a link. */
    boolean isLink(Handle handle, SessionSecret code) {
        return handle.createQuery("select exists (select 1 from login_links where sha256 = :sha256)")
                .bind("sha256", code.sha256())
                .mapTo(Boolean.class)
                .one();
    }

    /** Ends one. It stays known, because the tabs that were left open come with it once more. */
    void end(Handle handle, SessionSecret secret) {
        handle.createUpdate("""
                        update sessions set expires_at = clock_timestamp()
                         where sha256 = :sha256 and expires_at > clock_timestamp()
                        """).bind("sha256", secret.sha256()).execute();
    }

    /** Removes sessions and links that ended long ago, at most so many of each; whether there may be more. */
    public boolean removeOver(Connection connection, int max) throws SQLException {
        return remove(connection, "sessions", max) + remove(connection, "login_links", max) >= max;
    }

    private static int remove(Connection connection, String table, int max) throws SQLException {
        String sql = """
                delete from %1$s
                 where ctid = any (array(
                   select ctid from %1$s where expires_at < now() - ? * interval '1 second'
                    order by expires_at limit ?))
                """.formatted(table);
        return Rows.update(
                connection, sql, values -> values.number(REMEMBERED.toSeconds()).integer(max));
    }
}
