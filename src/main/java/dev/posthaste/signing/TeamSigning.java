package dev.posthaste.signing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Signs what is sent for a team, with all of its secrets that hold at that instant: Recuro's headers by the newest that
 * the receiver shares, and Standard Webhooks 1.0 by each. Immutable.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 *     Webhooks 1.0</a>
 */
public final class TeamSigning {
    /** Of a team without a secret: signs nothing. */
    public static final TeamSigning NONE = new TeamSigning(List.of(), new ReentrantLock());

    private final List<SigningSecret> newestFirst;
    private final Lock collecting;

    /** @param collecting held by who signs what is collected first, as Java's Ed25519 does: one message at a time */
    TeamSigning(List<SigningSecret> newestFirst, Lock collecting) {
        this.newestFirst = List.copyOf(newestFirst);
        this.collecting = collecting;
    }

    /**
     * The headers that sign a message, none for a team without a secret.
     *
     * @param id the same on every try of the same message
     * @param at when it is sent; the headers tell its second
     * @param body the octets that are sent, in pieces; none for a message without a body. They are gone through once for all
     *     shared secrets, and once for each other
     */
    public Map<String, String> headers(String id, Instant at, Iterable<byte[]> body) {
        List<SigningSecret> signing =
                newestFirst.stream().filter(secret -> secret.signsAt(at)).toList();
        if (signing.isEmpty()) {
            return Map.of();
        }
        String seconds = String.valueOf(at.getEpochSecond());
        Signature recuro = null;
        Map<SigningSecret, Signature> standard = new LinkedHashMap<>();
        for (SigningSecret secret : signing) {
            if (secret.isShared()) {
                recuro = recuro == null ? begun(secret, seconds + ".") : recuro;
                standard.put(secret, begun(secret, id + "." + seconds + "."));
            }
        }
        if (recuro != null) {
            for (byte[] piece : body) {
                recuro.update(piece);
                standard.values().forEach(signature -> signature.update(piece));
            }
        }
        Map<String, String> headers = new LinkedHashMap<>();
        if (recuro != null) {
            headers.put("X-Recuro-Timestamp", seconds);
            headers.put("X-Recuro-Signature", HexFormat.of().formatHex(recuro.end()));
        }
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", seconds);
        StringJoiner entries = new StringJoiner(" ");
        for (SigningSecret secret : signing) {
            Signature shared = standard.get(secret);
            byte[] octets = shared != null ? shared.end() : collected(secret, id + "." + seconds + ".", body);
            entries.add(secret.scheme() + "," + Base64.getEncoder().encodeToString(octets));
        }
        headers.put("webhook-signature", entries.toString());
        return headers;
    }

    private byte[] collected(SigningSecret secret, String before, Iterable<byte[]> body) {
        collecting.lock();
        try {
            Signature signature = begun(secret, before);
            body.forEach(signature::update);
            return signature.end();
        } finally {
            collecting.unlock();
        }
    }

    private static Signature begun(SigningSecret secret, String before) {
        Signature signature = secret.begin();
        signature.update(before.getBytes(StandardCharsets.UTF_8));
        return signature;
    }
}
