package dev.posthaste.teams;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Makes, checks and revokes API tokens. Thread-safe. A database that is away surfaces as Jdbi's exceptions. */
public final class Tokens {
    /** The team that is there from the beginning. */
    public static final String DEFAULT_TEAM = "default";

    private final Jdbi database;
    private final TokenDao dao;
    private final SecureRandom random;
    private final AuditLog audit = new AuditLog();

    /** Every call is a transaction of its own. */
    public Tokens(Jdbi database, TokenDao dao, SecureRandom random) {
        this.database = database;
        this.dao = dao;
        this.random = random;
    }

    /** Whom the secret belongs to; empty when it is unknown, expired or revoked. */
    public Optional<ApiToken> authenticate(TokenSecret secret) {
        return database.withHandle(handle -> dao.findValid(handle, secret.sha256()));
    }

    /**
     * Makes a token; its secret is known only to whoever gets this answer.
     *
     * @throws IllegalArgumentException when there is no such team
     */
    public TokenSecret create(String team, String name, Actor actor) {
        return database.inTransaction(handle -> create(handle, team, name, actor));
    }

    /** Makes the first token of all; empty when there is one already, on whatever node it was made. */
    public Optional<TokenSecret> createFirst() {
        return database.inTransaction(handle -> {
            dao.lockFirstToken(handle);
            return dao.hasTokens(handle)
                    ? Optional.empty()
                    : Optional.of(create(handle, DEFAULT_TEAM, "first", Actor.SERVER));
        });
    }

    /**
     * Makes sure that this token exists for the team {@code default}.
     *
     * @return false when it was revoked, which it stays
     * @throws IllegalArgumentException when it is not 20 to 200 visible ASCII characters
     */
    public boolean ensure(TokenSecret secret) {
        if (!secret.isAcceptable()) {
            throw new IllegalArgumentException("A token has 20 to 200 visible ASCII characters");
        }
        return database.inTransaction(handle -> {
            insert(handle, teamId(handle, DEFAULT_TEAM), "POSTHASTE_API_TOKEN", secret, Actor.SERVER);
            return dao.findValid(handle, secret.sha256()).isPresent();
        });
    }

    /** All tokens of all teams, newest first. */
    public List<TokenEntry> list() {
        return database.withHandle(dao::list);
    }

    /** False when there is no such token, or it was revoked before. */
    public boolean revoke(long tokenId, Actor actor) {
        return database.inTransaction(handle -> {
            Optional<ApiToken> revoked = dao.revoke(handle, tokenId);
            revoked.ifPresent(token -> audit.write(
                    handle,
                    AuditEntry.of(
                            token.teamId(), actor, AuditAction.TOKEN_REVOKE, Thing.token(token.id(), token.name()))));
            return revoked.isPresent();
        });
    }

    private TokenSecret create(Handle handle, String team, String name, Actor actor) {
        TokenSecret secret = TokenSecret.generate(random);
        insert(handle, teamId(handle, team), name, secret, actor);
        return secret;
    }

    private void insert(Handle handle, long teamId, String name, TokenSecret secret, Actor actor) {
        dao.insert(handle, teamId, name, secret)
                .ifPresent(id -> audit.write(
                        handle, AuditEntry.of(teamId, actor, AuditAction.TOKEN_CREATE, Thing.token(id, name))));
    }

    private long teamId(Handle handle, String team) {
        return dao.teamId(handle, team)
                .orElseThrow(() -> new IllegalArgumentException("There is no team " + team + "."));
    }
}
