package dev.posthaste.teams;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of browsers: each is a token's, may do what that may, and ends with it, on every node at once, because nothing of
 * it is remembered. Thread-safe. A database that is away surfaces as Jdbi's exceptions.
 */
public final class Sessions {
    private static final Duration LENGTH = Duration.ofHours(12);

    /** So many of one token; the oldest ends for one more. */
    private static final int MAX_OF_TOKEN = 200;

    private final Jdbi database;
    private final SessionDao dao = new SessionDao();
    private final TokenDao tokens = new TokenDao();
    private final SecureRandom random;
    private final AuditLog audit = new AuditLog();

    /** Every call is a transaction of its own. */
    public Sessions(Jdbi database, SecureRandom random) {
        this.database = database;
        this.random = random;
    }

    /** Begins one of a token; empty when that is valid no more. */
    public Optional<Session> begin(long tokenId, @Nullable String address) {
        return database.inTransaction(handle -> begin(handle, tokenId, address));
    }

    /** Begins one of the token that a link was made for, and uses the link up: of all who come with it one gets in. */
    public Shown<Session> beginBy(SessionSecret link, @Nullable String address) {
        if (!link.isPossible()) {
            return new Shown.Unknown<>();
        }
        return database.inTransaction(handle -> {
            Optional<Session> begun = dao.use(handle, link).flatMap(tokenId -> begin(handle, tokenId, address));
            if (begun.isPresent()) {
                return new Shown.Good<>(begun.get());
            }
            return dao.isLink(handle, link) ? new Shown.Over<>() : new Shown.Unknown<>();
        });
    }

    /** The token that a session is of. */
    public Shown<ApiToken> find(SessionSecret secret) {
        return secret.isPossible() ? database.withHandle(handle -> find(handle, secret)) : new Shown.Unknown<>();
    }

    /** Those that are open, as their tokens are. */
    public Set<SessionSecret> openAmong(Collection<SessionSecret> secrets) {
        return secrets.isEmpty() ? Set.of() : database.withHandle(handle -> dao.openAmong(handle, secrets));
    }

    /** Those of the tokens that are valid now. */
    public Set<Long> validTokens(Collection<Long> ids) {
        return ids.isEmpty() ? Set.of() : database.withHandle(handle -> tokens.validAmong(handle, ids));
    }

    /** Ends a session, if it is one. */
    public void end(SessionSecret secret) {
        if (secret.isPossible()) {
            database.useHandle(handle -> dao.end(handle, secret));
        }
    }

    private Optional<Session> begin(Handle handle, long tokenId, @Nullable String address) {
        return tokens.holdValid(handle, tokenId).map(token -> {
            SessionSecret secret = SessionSecret.generate(random);
            SessionDao.Span span = dao.insertSession(handle, token, secret, LENGTH);
            dao.endOldest(handle, tokenId, MAX_OF_TOKEN);
            Actor actor = new Actor(token.id(), token.name(), address);
            Thing thing = Thing.token(token.id(), token.name());
            audit.write(handle, AuditEntry.of(token.teamId(), actor, AuditAction.SESSION_CREATE, thing));
            return new Session(secret, span.end(), span.length());
        });
    }

    private Shown<ApiToken> find(Handle handle, SessionSecret secret) {
        Optional<SessionDao.Held> held = dao.find(handle, secret);
        if (held.isEmpty()) {
            return new Shown.Unknown<>();
        }
        ApiToken token = held.get().token();
        return token == null ? new Shown.Over<>() : new Shown.Good<>(token);
    }
}
