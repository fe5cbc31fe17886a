package dev.posthaste.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A secret that signs. Thread-safe: each signature is made by a copy of its own. {@link #toString} shows nothing of it.
 */
abstract sealed class SigningSecret {
    private final long id;
    private final @Nullable Instant endsAt;

    private SigningSecret(long id, @Nullable Instant endsAt) {
        this.id = id;
        this.endsAt = endsAt;
    }

    /** @param key the bytes of an HMAC secret, or an Ed25519 key as PKCS #8 */
    static SigningSecret of(long id, Algorithm algorithm, byte[] key, @Nullable Instant endsAt) {
        try {
            return switch (algorithm) {
                case HMAC -> new Shared(id, key, endsAt);
                case ED25519 -> new Private(id, key, endsAt);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256 and Ed25519", e);
        }
    }

    /** A new pair: the private key as PKCS #8, and the 32 bytes of the public one. */
    static KeyBytes generatePair() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            // RFC 8410, section 4: the key stands at the end of its X.509 form.
            return new KeyBytes(
                    pair.getPrivate().getEncoded(), Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    /** Standard Webhooks writes a public key so. */
    static String publicText(byte[] publicKey) {
        return "whpk_" + Base64.getEncoder().encodeToString(publicKey);
    }

    /** The two halves of a pair. */
    static final class KeyBytes {
        private final byte[] privateKey;
        private final byte[] publicKey;

        private KeyBytes(byte[] privateKey, byte[] publicKey) {
            this.privateKey = privateKey;
            this.publicKey = publicKey;
        }

        byte[] privateKey() {
            return privateKey;
        }

        byte[] publicKey() {
            return publicKey;
        }
    }

    /** Whether it still signs at that instant. */
    final boolean signsAt(Instant instant) {
        return endsAt == null || instant.isBefore(endsAt);
    }

    /** What an entry of {@code webhook-signature} begins with. */
    abstract String scheme();

    /** Whether its receiver holds it too, so that it can make the signature of one key that is not a list. */
    abstract boolean isShared();

    abstract Signature begin();

    @Override
    public final String toString() {
        return "signing secret " + id;
    }

    private static final class Shared extends SigningSecret {
        private final Mac keyed;

        private Shared(long id, byte[] key, @Nullable Instant endsAt) throws GeneralSecurityException {
            super(id, endsAt);
            keyed = Mac.getInstance("HmacSHA256");
            keyed.init(new SecretKeySpec(key, "HmacSHA256"));
        }

        @Override
        String scheme() {
            return "v1";
        }

        @Override
        boolean isShared() {
            return true;
        }

        @Override
        Signature begin() {
            try {
                // A copy of one that has taken in its key: half the work of a new one.
                Mac mac = (Mac) keyed.clone();
                return new Signature() {
                    @Override
                    public void update(byte[] piece) {
                        mac.update(piece);
                    }

                    @Override
                    public byte[] end() {
                        return mac.doFinal();
                    }
                };
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the JDK's HmacSHA256 can be copied", e);
            }
        }
    }

    private static final class Private extends SigningSecret {
        private final PrivateKey key;

        private Private(long id, byte[] pkcs8, @Nullable Instant endsAt) throws GeneralSecurityException {
            super(id, endsAt);
            key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        }

        @Override
        String scheme() {
            return "v1a";
        }

        @Override
        boolean isShared() {
            return false;
        }

        @Override
        Signature begin() {
            try {
                java.security.Signature signature = java.security.Signature.getInstance("Ed25519");
                signature.initSign(key);
                return new Signature() {
                    @Override
                    public void update(byte[] piece) {
                        try {
                            signature.update(piece);
                        } catch (GeneralSecurityException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    public byte[] end() {
                        try {
                            return signature.sign();
                        } catch (GeneralSecurityException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                };
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has Ed25519", e);
            }
        }
    }
}
