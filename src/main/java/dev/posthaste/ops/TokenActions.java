package dev.posthaste.ops;

import dev.posthaste.audit.Actor;
import dev.posthaste.sql.StorableText;
import dev.posthaste.teams.NewToken;
import dev.posthaste.teams.Scopes;
import dev.posthaste.teams.TokenEntry;
import dev.posthaste.teams.Tokens;
import io.dropwizard.util.Duration;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does with tokens, by command and by task. An {@link IllegalArgumentException} carries a sentence for him.
 * Thread-safe.
 */
public final class TokenActions {
    private static final String ROW = "%-6s %-16s %-24s %-10s %-21s %-21s %-31s %s%n";
    private static final long MAX_DAYS = 36_500;

    private final Tokens tokens;
    private final InstantSource clock;
    private final Actor actor;

    /** @param actor who acts by it */
    public TokenActions(Tokens tokens, InstantSource clock, Actor actor) {
        this.tokens = tokens;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Makes a token, and writes its secret and nothing else.
     *
     * @param scopes names, separated by commas; null for all
     * @param expiresIn such as {@code 90d}; null for never
     */
    public void create(
            String team, String name, @Nullable String scopes, @Nullable String expiresIn, PrintWriter output) {
        NewToken wanted = new NewToken(name, Scopes.parse(scopes), expiresIn == null ? null : expiry(expiresIn));
        output.println(tokens.create(team, wanted, actor).secret().value());
    }

    /** Writes all tokens of all teams. */
    public void list(PrintWriter output) {
        output.printf(ROW, "ID", "TEAM", "NAME", "PREFIX", "CREATED", "LAST USED", "STATE", "SCOPES");
        for (TokenEntry token : tokens.list()) {
            output.printf(
                    ROW,
                    token.id(),
                    StorableText.line(token.team()),
                    StorableText.line(token.name()),
                    token.prefix(),
                    token.createdAt().truncatedTo(ChronoUnit.SECONDS),
                    token.lastUsedAt() == null ? "never" : token.lastUsedAt().truncatedTo(ChronoUnit.SECONDS),
                    state(token),
                    token.scopes());
        }
    }

    /** Ends a token on every node at once. */
    public void revoke(long id, PrintWriter output) {
        if (!tokens.revoke(id, actor)) {
            throw new IllegalArgumentException("There is no token " + id + ", or it was revoked before.");
        }
        output.println("Revoked token " + id);
    }

    private Instant expiry(String expiresIn) {
        try {
            java.time.Duration time = Duration.parse(expiresIn).toJavaDuration();
            if (!time.isZero() && time.toDays() <= MAX_DAYS) {
                return clock.instant().plus(time);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "A token expires after a time such as 12h or 90d, at most " + MAX_DAYS + "d, not " + expiresIn + ".");
    }

    private String state(TokenEntry token) {
        Instant revoked = token.revokedAt();
        if (revoked != null) {
            return "revoked " + revoked.truncatedTo(ChronoUnit.SECONDS);
        }
        Instant expiry = token.expiresAt();
        if (expiry == null) {
            return "valid";
        }
        return (expiry.isAfter(clock.instant()) ? "until " : "expired ") + expiry.truncatedTo(ChronoUnit.SECONDS);
    }
}
