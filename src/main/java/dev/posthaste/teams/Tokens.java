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
import org.jspecify.annotations.Nullable;

/** Makes, checks and revokes API tokens. Thread-safe. A database that is away surfaces as Jdbi's exceptions. */
public final class Tokens {
    private final Jdbi database;
    private final TokenDao dao = new TokenDao();
    private final TeamDao teams = new TeamDao();
    private final SecureRandom random;
    private final AuditLog audit = new AuditLog();

    /** Every call is a transaction of its own. */
    public Tokens(Jdbi database, SecureRandom random) {
        this.database = database;
        this.random = random;
    }

    /** Whom the secret belongs to; empty when it is misspelt, for which nothing is looked up, unknown, expired or revoked. */
    public Optional<ApiToken> authenticate(TokenSecret secret) {
        return secret.isMisspelt()
                ? Optional.empty()
                : database.withHandle(handle -> dao.findValid(handle, secret.sha256()));
    }

    /**
     * Makes a token; its secret is known only to whoever gets this answer.
     *
     * @throws IllegalArgumentException when there is no such team, or nobody could read the name in a list
     */
    public MadeToken create(String team, NewToken token, Actor actor) {
        Teams.checkName("token", token.name());
        return create(teamId(team), token, actor).orElseThrow(() -> Teams.unknown(team));
    }

    /** The same; empty when the team is gone. */
    public Optional<MadeToken> create(long teamId, NewToken token, Actor actor) {
        return database.inTransaction(handle ->
                teams.hold(handle, teamId) ? Optional.of(create(handle, teamId, token, actor)) : Optional.empty());
    }

    /** Makes the first token of all; empty when there is one already, on whatever node it was made. */
    public Optional<TokenSecret> createFirst() {
        return database.inTransaction(handle -> {
            dao.lockFirstToken(handle);
            return dao.hasTokens(handle)
                    ? Optional.empty()
                    : Optional.of(create(handle, teamId(handle, Teams.DEFAULT), ofAll("first"), Actor.SERVER)
                            .secret());
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
            insert(handle, teamId(handle, Teams.DEFAULT), ofAll("POSTHASTE_API_TOKEN"), secret, Actor.SERVER);
            return dao.findValid(handle, secret.sha256()).isPresent();
        });
    }

    /** All tokens of all teams, the revoked ones too, newest first. */
    public List<TokenEntry> list() {
        return database.withHandle(dao::list);
    }

    /** Tokens of a team that are not revoked, newest first: those with a smaller id than {@code before}. */
    public List<TokenEntry> list(long teamId, long before, int limit) {
        return database.withHandle(handle -> dao.page(handle, teamId, before, limit));
    }

    /** False when there is no such token, or it was revoked before. */
    public boolean revoke(long tokenId, Actor actor) {
        return revoke(null, tokenId, actor);
    }

    /**
     * The same, and false as well when it is another team's.
     *
     * @param teamId null for any
     */
    public boolean revoke(@Nullable Long teamId, long tokenId, Actor actor) {
        return database.inTransaction(handle -> {
            Optional<ApiToken> revoked = dao.revoke(handle, teamId, tokenId);
            revoked.ifPresent(token -> audit.write(
                    handle,
                    AuditEntry.of(
                            token.teamId(), actor, AuditAction.TOKEN_REVOKE, Thing.token(token.id(), token.name()))));
            return revoked.isPresent();
        });
    }

    private static NewToken ofAll(String name) {
        return new NewToken(name, Scopes.EVERY, null);
    }

    private MadeToken create(Handle handle, long teamId, NewToken token, Actor actor) {
        TokenSecret secret = TokenSecret.generate(random);
        long id = insert(handle, teamId, token, secret, actor).orElseThrow();
        return new MadeToken(dao.one(handle, id), secret);
    }

    private long teamId(String team) {
        return database.withHandle(handle -> teamId(handle, team));
    }

    private Optional<Long> insert(Handle handle, long teamId, NewToken token, TokenSecret secret, Actor actor) {
        Optional<Long> id = dao.insert(handle, teamId, token, secret);
        id.ifPresent(made -> audit.write(
                handle, AuditEntry.of(teamId, actor, AuditAction.TOKEN_CREATE, Thing.token(made, token.name()))));
        return id;
    }

    private long teamId(Handle handle, String team) {
        return teams.find(handle, team).orElseThrow(() -> Teams.unknown(team));
    }
}
