package dev.posthaste.signing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Signs what is sent for a team, with all of its secrets that hold at that instant: Recuro's headers by the newest that
 * the receiver shares, and Standard Webhooks 1.0 by each. Immutable.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 *     Webhooks 1.0</a>
 */
public final class TeamSigning {
    /** Of a team without a secret: signs nothing. */
    public static final TeamSigning NONE = new TeamSigning(List.of());

    private final List<SigningSecret> newestFirst;

    TeamSigning(List<SigningSecret> newestFirst) {
        this.newestFirst = List.copyOf(newestFirst);
    }

    /**
     * The headers that sign a message, none for a team without a secret.
     *
     * @param id the same on every try of the same message
     * @param at when it is sent; the headers tell its second
     * @param body the octets that are sent, in pieces; none for a message without a body. They are gone through once
     */
    public Map<String, String> headers(String id, Instant at, Iterable<byte[]> body) {
        List<SigningSecret> signing =
                newestFirst.stream().filter(secret -> secret.signsAt(at)).toList();
        if (signing.isEmpty()) {
            return Map.of();
        }
        String seconds = String.valueOf(at.getEpochSecond());
        Signature recuro = null;
        List<Signature> standard = new ArrayList<>(signing.size());
        for (SigningSecret secret : signing) {
            if (recuro == null && secret.isShared()) {
                recuro = begun(secret, seconds + ".");
            }
            standard.add(begun(secret, id + "." + seconds + "."));
        }
        for (byte[] piece : body) {
            if (recuro != null) {
                recuro.update(piece);
            }
            standard.forEach(signature -> signature.update(piece));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        if (recuro != null) {
            headers.put("X-Recuro-Timestamp", seconds);
            headers.put("X-Recuro-Signature", HexFormat.of().formatHex(recuro.end()));
        }
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", seconds);
        headers.put("webhook-signature", entries(signing, standard));
        return headers;
    }

    private static Signature begun(SigningSecret secret, String before) {
        Signature signature = secret.begin();
        signature.update(before.getBytes(StandardCharsets.UTF_8));
        return signature;
    }

    private static String entries(List<SigningSecret> secrets, List<Signature> signatures) {
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < secrets.size(); i++) {
            if (i > 0) {
                entries.append(' ');
            }
            entries.append(secrets.get(i).scheme())
                    .append(',')
                    .append(Base64.getEncoder().encodeToString(signatures.get(i).end()));
        }
        return entries.toString();
    }
}
