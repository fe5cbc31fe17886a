package dev.posthaste.teams;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class TokenSecretTest {
    /** From another implementation: {@code zlib.crc32} of Python, in base62. */
    private static final String CHECKED = "pht_0123456789abcdefghijklmnopqrstuvwxyzABCDE-_0t5LR4";

    @Test
    void aNewTokenHasAMarkRandomCharactersAndAChecksum() {
        for (int i = 0; i < 100; i++) {
            TokenSecret made = TokenSecret.generate(new SecureRandom());

            assertThat(made.value()).hasSize(53).matches("pht_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}");
            assertThat(made.isMisspelt()).isFalse();
            assertThat(made.isAcceptable()).isTrue();
        }
    }

    @Test
    void theChecksumIsCrc32InBase62() {
        assertThat(new TokenSecret(CHECKED).isMisspelt()).isFalse();
        assertThat(new TokenSecret("pht_" + "A".repeat(43) + "0DofJ8").isMisspelt())
                .isFalse();
    }

    @Test
    void everyOneCharacterThatIsAnotherIsFound() {
        for (int i = 4; i < CHECKED.length(); i++) {
            String misspelt =
                    CHECKED.substring(0, i) + (CHECKED.charAt(i) == 'x' ? 'y' : 'x') + CHECKED.substring(i + 1);

            assertThat(new TokenSecret(misspelt).isMisspelt()).as(misspelt).isTrue();
            assertThat(new TokenSecret(misspelt).isAcceptable()).as(misspelt).isFalse();
        }
    }

    @Test
    void tokensOfBeforeAndChosenOnesHaveNoChecksum() {
        for (String other : new String[] {
            "pht_" + "A".repeat(43),
            "a-token-that-somebody-chose",
            "x" + CHECKED.substring(1),
            CHECKED + "x",
            CHECKED.substring(0, 52),
            CHECKED.substring(0, 52) + "!"
        }) {
            assertThat(new TokenSecret(other).isMisspelt()).as(other).isFalse();
            assertThat(new TokenSecret(other).isAcceptable()).as(other).isTrue();
        }
    }

    @Test
    void aMisspeltTokenCostsNoLookUp() {
        ConnectionFactory none = () -> {
            throw new AssertionError("looked up");
        };
        Tokens tokens = new Tokens(Jdbi.create(none), new SecureRandom());

        assertThat(tokens.authenticate(new TokenSecret(CHECKED.replace("0t5LR4", "0t5LR5"))))
                .isEqualTo(Optional.empty());
    }

    @Test
    void nothingButItsBeginningIsShown() {
        TokenSecret secret = new TokenSecret(CHECKED);

        assertThat(secret).hasToString("pht_0123…");
        assertThat(new MadeToken(
                                new TokenEntry(
                                        1, "t", "n", "p", Scopes.EVERY, java.time.Instant.EPOCH, null, null, null),
                                secret)
                        .toString())
                .doesNotContain(CHECKED.substring(10));
    }
}
