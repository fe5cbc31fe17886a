package dev.posthaste.signing;

import java.security.SecureRandom;
import java.util.List;

/** What tests sign with. */
public final class TestKeys {
    /** As an operator sets it. */
    public static final String SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private TestKeys() {}

    /** Of a node without a secret key. */
    public static KnownSecrets none() {
        return new KnownSecrets(new KeyRing(List.of(), new SecureRandom()));
    }

    static KeyRing ring(SecretKey... keys) {
        return new KeyRing(List.of(keys), new SecureRandom());
    }
}
