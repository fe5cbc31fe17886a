package dev.posthaste.teams;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Makes links that sign a browser in once, for a token that nobody has to know. Thread-safe. A database that is away
 * surfaces as Jdbi's exceptions.
 */
public final class LoginLinks {
    /** For how long a link can be used. */
    public static final Duration LASTS = Duration.ofMinutes(10);

    /** So many of one token. */
    private static final int MAX_OF_TOKEN = 20;

    private final Jdbi database;
    private final SessionDao dao = new SessionDao();
    private final TokenDao tokens = new TokenDao();
    private final TeamDao teams = new TeamDao();
    private final SecureRandom random;
    private final AuditLog audit = new AuditLog();

    /** Every call is a transaction of its own. */
    public LoginLinks(Jdbi database, SecureRandom random) {
        this.database = database;
        this.random = random;
    }

    /** For a token; empty when it is not valid. */
    public Optional<SessionSecret> make(TokenSecret secret, Actor actor) {
        return database.inTransaction(
                handle -> tokens.findValid(handle, secret.sha256()).flatMap(token -> make(handle, token.id(), actor)));
    }

    /**
     * For a token of a team: one that may do everything if there is one, of several the oldest. Empty when the team has no
     * valid token of that name.
     *
     * @param name the token's, null for any
     * @throws IllegalArgumentException with a sentence when there is no such team
     */
    public Optional<SessionSecret> make(String team, @Nullable String name, Actor actor) {
        return database.inTransaction(handle -> {
            long teamId = teams.find(handle, team).orElseThrow(() -> Teams.unknown(team));
            return tokens.findValid(handle, teamId, name).flatMap(token -> make(handle, token.id(), actor));
        });
    }

    private Optional<SessionSecret> make(Handle handle, long tokenId, Actor actor) {
        return tokens.holdValid(handle, tokenId).map(token -> {
            SessionSecret code = SessionSecret.generate(random);
            dao.insertLink(handle, tokenId, code, LASTS);
            dao.removeOldestLinks(handle, tokenId, MAX_OF_TOKEN);
            Thing thing = Thing.token(token.id(), token.name());
            audit.write(handle, AuditEntry.of(token.teamId(), actor, AuditAction.LOGIN_LINK_CREATE, thing));
            return code;
        });
    }
}
