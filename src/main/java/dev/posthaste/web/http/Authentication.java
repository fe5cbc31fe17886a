package dev.posthaste.web.http;

import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.LastUses;
import dev.posthaste.teams.Session;
import dev.posthaste.teams.SessionSecret;
import dev.posthaste.teams.Sessions;
import dev.posthaste.teams.Shown;
import dev.posthaste.teams.TokenSecret;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says who calls by what he shows: a token, a session's cookie, or a login link. Guesses of all three count alike. Thread-safe. */
public final class Authentication {
    private final TokenCheck tokens;
    private final Sessions sessions;
    private final FailedAuthentications failures;
    private final LastUses uses;

    /** @param tokens those of whoever signs in */
    public Authentication(TokenCheck tokens, Sessions sessions, FailedAuthentications failures, LastUses uses) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.failures = failures;
        this.uses = uses;
    }

    /** @throws WebApplicationException 401 when it is not valid, or ApiException 429 when too many have failed from there */
    ApiToken byToken(@Nullable HttpServletRequest call, TokenSecret secret, TokenCheck check) {
        byte[] sha256 = secret.sha256();
        mustPass(call, sha256);
        Optional<ApiToken> token = check.authenticate(secret, sha256);
        if (token.isEmpty()) {
            failures.noteBad(addressOf(call), sha256);
            throw new WebApplicationException(Unauthorized.response(Unauthorized.INVALID));
        }
        return noteGood(token.get(), sha256);
    }

    /** The same of a cookie: looked up each time, so that it ends with its token. */
    ApiToken bySession(@Nullable HttpServletRequest call, SessionSecret secret) {
        byte[] sha256 = secret.sha256();
        mustPass(call, sha256);
        Shown<ApiToken> shown = sessions.find(secret);
        if (shown instanceof Shown.Good<ApiToken> good) {
            return noteGood(good.value(), sha256);
        }
        throw refusal(shown, call, sha256, Unauthorized.ENDED);
    }

    /** Those of whom the tokens and sessions are valid still, looked up together. A token that lets in so is in use. */
    public Set<Admission> stillValid(Set<Admission> admissions) {
        Set<Long> tokens = new HashSet<>();
        Set<SessionSecret> secrets = new HashSet<>();
        admissions.forEach(one -> {
            if (one.session() == null) {
                tokens.add(one.token().id());
            } else {
                secrets.add(one.session());
            }
        });
        Set<SessionSecret> openSessions = sessions.openAmong(secrets);
        Set<Long> validTokens = sessions.validTokens(tokens);
        Set<Admission> valid = admissions.stream()
                .filter(one -> one.session() == null
                        ? validTokens.contains(one.token().id())
                        : openSessions.contains(one.session()))
                .collect(Collectors.toSet());
        valid.stream().map(one -> one.token().id()).distinct().forEach(uses::note);
        return valid;
    }

    /**
     * Signs in with a token.
     *
     * @param address as the audit has it
     * @throws WebApplicationException 401 when it is not valid
     */
    public Session signIn(HttpServletRequest call, TokenSecret secret, String address) {
        ApiToken token = byToken(call, secret, tokens);
        return sessions.begin(token.id(), address).orElseThrow(ApiException::invalidToken);
    }

    /** Signs in with a link, which is used up by it. */
    public Session signInBy(HttpServletRequest call, SessionSecret link, String address) {
        byte[] sha256 = link.sha256();
        mustPass(call, sha256);
        Shown<Session> shown = sessions.beginBy(link, address);
        if (shown instanceof Shown.Good<Session> good) {
            return good.value();
        }
        throw refusal(shown, call, sha256, Unauthorized.NO_LINK);
    }

    /** Ends a session. */
    public void signOut(SessionSecret secret) {
        sessions.end(secret);
    }

    private void mustPass(@Nullable HttpServletRequest call, byte[] sha256) {
        // Most often nobody has failed, and the address need not be read.
        if (failures.isEmpty()) {
            return;
        }
        Duration wait = failures.delay(addressOf(call), sha256);
        if (!wait.isZero()) {
            throw ApiException.tooManyFailures(wait);
        }
    }

    private static String addressOf(@Nullable HttpServletRequest call) {
        return CallerAddress.of(call == null ? null : call.getRemoteAddr());
    }

    private ApiToken noteGood(ApiToken token, byte[] sha256) {
        failures.noteGood(sha256);
        uses.note(token.id());
        return token;
    }

    /** Who comes with something that has ended does not guess: a page that was left open would lock its owner out. */
    private WebApplicationException refusal(
            Shown<?> shown, @Nullable HttpServletRequest call, byte[] sha256, String message) {
        if (shown instanceof Shown.Unknown<?>) {
            failures.noteBad(addressOf(call), sha256);
        }
        return new WebApplicationException(Unauthorized.response(message));
    }
}
