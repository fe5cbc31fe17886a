package dev.posthaste.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.audit.Actor;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.signing.KnownSecrets.Version;
import dev.posthaste.signing.SigningSecrets.Rotation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What seals the teams' secrets, and what becomes of it. */
class SecretKeyIT {
    private static final Rotation NEW = new Rotation(Algorithm.HMAC, null, 24, false);
    private static final long TEAM = 1;

    private final TestDatabase database = TestDatabase.fresh();
    private final Jdbi jdbi = Jdbi.create(database.dataSource());
    private final SecureRandom random = new SecureRandom();
    private final SecretKey key = SecretKey.generate(random);
    private final SecretKey other = SecretKey.generate(random);

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whoHasTheSecretKeySignsAndWhoHasNotGetsNothing() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.SERVER);

        assertThat(known(TestKeys.ring(key))).hasSize(1);
        assertThat(known(TestKeys.ring())).isEmpty();
        assertThat(known(TestKeys.ring(other))).isEmpty();
    }

    /** A team whose secrets cannot be opened is asked for again: the operator may have mended it. */
    @Test
    void whatCouldNotBeOpenedIsNotRemembered() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.SERVER);
        String wrapped = database.text("select wrapped_key from installation");
        KnownSecrets node = new KnownSecrets(TestKeys.ring(key));
        database.execute("update installation set wrapped_key = null");
        assertThat(known(node)).isEmpty();

        database.execute("update installation set wrapped_key = '" + wrapped + "'");

        assertThat(known(node)).hasSize(1);
    }

    @Test
    void aServerWithoutTheKeyOrWithAnotherSaysSoAtItsStart() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.SERVER);

        try (Connection connection = database.dataSource().getConnection()) {
            TestKeys.ring(key).check(connection);
            assertThatThrownBy(() -> TestKeys.ring().check(connection))
                    .isInstanceOf(SecretKeyException.class)
                    .hasMessageContaining(key.fingerprint())
                    .hasMessageContaining("this process has none")
                    .hasMessageContaining("POSTHASTE_SECRET_KEY");
            assertThatThrownBy(() -> TestKeys.ring(other).check(connection))
                    .isInstanceOf(SecretKeyException.class)
                    .hasMessageContaining(other.fingerprint());
        }
    }

    @Test
    void aServerWithoutAKeyStartsWhileNothingIsSealed() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            TestKeys.ring().check(connection);
        }
        assertThatThrownBy(() -> secrets(TestKeys.ring()).rotate(TEAM, NEW, Actor.SERVER))
                .isInstanceOf(SecretKeyException.class);
        assertThat(secrets(TestKeys.ring()).list(TEAM)).isEmpty();
    }

    @Test
    void anotherKeyNeedsNoOtherSealsAndDoesNotTouchWhoRuns() throws Exception {
        KeyRing running = TestKeys.ring(key);
        secrets(running).rotate(TEAM, NEW, Actor.SERVER);
        KnownSecrets node = new KnownSecrets(running);
        known(node);
        String sealed = database.text("select sealed from signing_secrets");

        assertThat(new SecretKeyChange(jdbi, TestKeys.ring(key), null).to(other, Actor.COMMAND_LINE))
                .isTrue();

        assertThat(database.text("select sealed from signing_secrets")).isEqualTo(sealed);
        assertThat(known(TestKeys.ring(other))).hasSize(1);
        assertThat(known(TestKeys.ring(key))).isEmpty();
        assertThat(known(node)).hasSize(1);
    }

    @Test
    void theKeyBesideTheDatabaseIsReadableByItsOwnerAlone() throws Exception {
        List<SecretKey> made = new KeyFile(directory).readOrMake(random);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("secret.key"))))
                .isEqualTo("rw-------");
        assertThat(new KeyFile(directory).readOrMake(random).get(0).fingerprint())
                .isEqualTo(made.get(0).fingerprint());
        assertThat(directory.toFile().list()).containsExactly("secret.key");
    }

    @Test
    void aChangeReplacesTheFileOnceTheDatabaseHasIt() throws Exception {
        KeyFile file = new KeyFile(directory);
        secrets(new KeyRing(file.readOrMake(random), random)).rotate(TEAM, NEW, Actor.SERVER);

        new SecretKeyChange(jdbi, new KeyRing(file.readOrMake(random), random), file).to(other, Actor.COMMAND_LINE);

        assertThat(file.readOrMake(random)).hasSize(1);
        assertThat(known(new KeyRing(file.readOrMake(random), random))).hasSize(1);
        assertThat(file.readOrMake(random).get(0).fingerprint()).isEqualTo(other.fingerprint());
    }

    /** It would be found there by a start without a configured key, long after it was refused. */
    @Test
    void aChangeThatIsRefusedLeavesNoKeyBehind() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        KeyFile file = new KeyFile(directory);
        SecretKeyChange change = new SecretKeyChange(jdbi, new KeyRing(file.read(), random), file);

        assertThatThrownBy(() -> change.to(other, Actor.COMMAND_LINE)).isInstanceOf(SecretKeyException.class);

        assertThat(file.read()).isEmpty();
    }

    /** Before the commit the old one is right, after it the new one; which it was, only the database knows. */
    @Test
    void aChangeThatIsCutOffLeavesTheRightKeyToBeFound() throws Exception {
        KeyFile file = new KeyFile(directory);
        secrets(new KeyRing(file.readOrMake(random), random)).rotate(TEAM, NEW, Actor.SERVER);
        file.prepare(other);
        assertThat(known(new KeyRing(file.readOrMake(random), random))).hasSize(1);

        new SecretKeyChange(jdbi, new KeyRing(file.readOrMake(random), random), null).to(other, Actor.COMMAND_LINE);

        assertThat(known(new KeyRing(file.readOrMake(random), random))).hasSize(1);
        Files.move(directory.resolve("secret.key.new"), directory.resolve("elsewhere"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(known(new KeyRing(file.readOrMake(random), random))).isEmpty();
    }

    /** What runs with the key before must not seal under what is kept nowhere any more. */
    @Test
    void aChangeBeforeTheFirstSecretHoldsForWhoRunsToo() throws Exception {
        KeyFile file = new KeyFile(directory);
        KeyRing running = new KeyRing(file.readOrMake(random), random);

        assertThat(new SecretKeyChange(jdbi, new KeyRing(file.readOrMake(random), random), file)
                        .to(other, Actor.COMMAND_LINE))
                .isFalse();

        assertThatThrownBy(() -> secrets(running).rotate(TEAM, NEW, Actor.COMMAND_LINE))
                .isInstanceOf(SecretKeyException.class);
        secrets(new KeyRing(file.readOrMake(random), random)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        assertThat(known(new KeyRing(file.readOrMake(random), random))).hasSize(1);
    }

    /** The one that is in use stands beside the file then, and is the only copy of it. */
    @Test
    void aChangeAfterOneThatWasCutOffLosesNoKey() throws Exception {
        KeyFile file = new KeyFile(directory);
        secrets(new KeyRing(file.readOrMake(random), random)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        file.prepare(other);
        new SecretKeyChange(jdbi, new KeyRing(file.readOrMake(random), random), null).to(other, Actor.COMMAND_LINE);
        KeyRing broken = new KeyRing(List.of(key), random);

        assertThatThrownBy(() ->
                        new SecretKeyChange(jdbi, broken, file).to(SecretKey.generate(random), Actor.COMMAND_LINE))
                .isInstanceOf(SecretKeyException.class);

        assertThat(known(new KeyRing(file.readOrMake(random), random))).hasSize(1);
    }

    @Test
    void ofTwoChangesAtOnceTheSecondOneIsRefusedAndTheFirstOnesKeyOpensEverything() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        SecretKey third = SecretKey.generate(random);

        assertThatThrownBy(() -> database.meet(
                        one -> TestKeys.ring(key).rewrap(one, other),
                        two -> TestKeys.ring(key).rewrap(two, third)))
                .hasCauseInstanceOf(SecretKeyException.class)
                .hasMessageContaining("sealed under the secret key " + other.fingerprint())
                .hasMessageContaining("this process has " + key.fingerprint());

        assertThat(known(TestKeys.ring(other))).hasSize(1);
        assertThat(known(TestKeys.ring(third))).isEmpty();
    }

    @Test
    void ofTwoChangesBeforeTheFirstSecretTheSecondOneIsRefusedToo() throws Exception {
        SecretKey third = SecretKey.generate(random);

        assertThatThrownBy(() -> database.meet(
                        one -> TestKeys.ring(key).rewrap(one, other),
                        two -> TestKeys.ring(key).rewrap(two, third)))
                .hasCauseInstanceOf(SecretKeyException.class);

        secrets(TestKeys.ring(other)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        assertThat(known(TestKeys.ring(other))).hasSize(1);
    }

    @Test
    void aChangeThatMeetsAServersFirstSecretTakesItAlong() throws Exception {
        KeyRing running = TestKeys.ring(key);
        AuthenticatedCipher[] server = new AuthenticatedCipher[1];

        boolean wasSealed = database.meet(
                sealing -> server[0] = running.cipherToSeal(sealing),
                changing -> TestKeys.ring(key).rewrap(changing, other));

        assertThat(wasSealed).isTrue();

        String sealed = server[0].seal("a secret".getBytes(UTF_8), "team 1");
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(TestKeys.ring(other).cipher(connection).open(sealed, "team 1"))
                    .hasValueSatisfying(
                            plain -> assertThat(plain).asString(UTF_8).isEqualTo("a secret"));
        }
    }

    @Test
    void aSecretThatMeetsAChangeIsSealedForTheNewKey() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        KeyRing running = TestKeys.ring(key);
        known(running);

        AuthenticatedCipher server =
                database.meet(changing -> TestKeys.ring(key).rewrap(changing, other), running::cipherToSeal);

        String sealed = server.seal("a secret".getBytes(UTF_8), "team 1");
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(TestKeys.ring(other).cipher(connection).open(sealed, "team 1"))
                    .hasValueSatisfying(
                            plain -> assertThat(plain).asString(UTF_8).isEqualTo("a secret"));
        }
    }

    /** A command and a server that start at the same moment: what one of them has sealed under must be kept. */
    @Test
    void whoeverMakesTheKeysFileAtTheSameTimeHasTheSameKey() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path fresh = Files.createDirectory(directory.resolve("round" + round));
            List<Callable<String>> starts = Collections.nCopies(
                    8, () -> new KeyFile(fresh).readOrMake(random).get(0).fingerprint());
            ExecutorService threads = Executors.newFixedThreadPool(starts.size());
            Set<String> had = new HashSet<>();
            for (Future<String> one : threads.invokeAll(starts)) {
                had.add(one.get());
            }
            threads.shutdown();

            assertThat(had).hasSize(1);
            assertThat(fresh.toFile().list()).containsExactly("secret.key");
        }
    }

    @Test
    void whoHasOpenedWhatAnotherNodeSealedIsNotTouchedByAChange() throws Exception {
        KeyRing running = TestKeys.ring(key);
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        try (Connection connection = database.dataSource().getConnection()) {
            running.open(connection);
            TestKeys.ring().open(connection);
        }

        new SecretKeyChange(jdbi, TestKeys.ring(key), null).to(other, Actor.COMMAND_LINE);

        assertThat(known(running)).hasSize(1);
    }

    @Test
    void oneDamagedSecretKeepsNoOtherTeamFromSigning() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.COMMAND_LINE);
        database.execute("insert into teams (name, signing_version) values ('damaged', 1)");
        database.execute("insert into signing_secrets (team_id, algorithm, sealed)"
                + " select id, 'hmac', 'no base64!' from teams where name = 'damaged'");
        long damaged = database.number("select id from teams where name = 'damaged'");

        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(new KnownSecrets(TestKeys.ring(key))
                            .of(connection, Set.of(new Version(damaged, 1), new Version(TEAM, 1))))
                    .containsOnlyKeys(new Version(TEAM, 1));
        }
    }

    @Test
    void whatIsNoKeyIsRefusedWithoutSayingWhatItWas() throws IOException {
        Files.writeString(directory.resolve("secret.key"), "not a key but a password");

        assertThatThrownBy(() -> new KeyFile(directory).readOrMake(random))
                .isInstanceOf(SecretKeyException.class)
                .hasMessageContaining("secret.key")
                .hasMessageNotContaining("password");
    }

    @Test
    void aLostKeyIsGivenUpWithEverySecretAndTheNextOneBegins() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.SERVER);
        KnownSecrets node = new KnownSecrets(TestKeys.ring(other));

        assertThat(new SecretKeyChange(jdbi, TestKeys.ring(other), null).forget(Actor.COMMAND_LINE))
                .isEqualTo(1);

        assertThat(secrets(TestKeys.ring(other)).list(TEAM)).isEmpty();
        assertThat(known(node)).containsValue(TeamSigning.NONE);
        secrets(TestKeys.ring(other)).rotate(TEAM, NEW, Actor.SERVER);
        assertThat(known(node)).hasSize(1).doesNotContainValue(TeamSigning.NONE);
    }

    /** Who can write to the tables but has no key cannot sign for one team with another's secret. */
    @Test
    void aSecretThatIsMovedToAnotherTeamCannotBeOpened() throws Exception {
        secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.SERVER);
        database.execute("insert into teams (name, signing_version) values ('other', 1)");
        database.execute("update signing_secrets set team_id = (select id from teams where name = 'other')");

        try (Connection connection = database.dataSource().getConnection()) {
            long team = Long.parseLong(database.text("select id from teams where name = 'other'"));
            assertThat(new KnownSecrets(TestKeys.ring(key)).of(connection, Set.of(new Version(team, 1))))
                    .isEmpty();
        }
    }

    @Test
    void theTablesHoldNoSecret() throws Exception {
        SigningSecrets.Made made =
                secrets(TestKeys.ring(key)).rotate(TEAM, NEW, Actor.SERVER).orElseThrow();

        String secret = String.valueOf(made.secret()).substring(SecretText.PREFIX.length());
        assertThat(database.text("select string_agg(s::text, '') from signing_secrets s"))
                .doesNotContain(secret);
        assertThat(database.text("select string_agg(i::text, '') from installation i"))
                .doesNotContain(key.text());
    }

    private SigningSecrets secrets(KeyRing ring) {
        return new SigningSecrets(jdbi, ring, random);
    }

    private Map<Version, TeamSigning> known(KeyRing ring) throws SQLException {
        return known(new KnownSecrets(ring));
    }

    private Map<Version, TeamSigning> known(KnownSecrets node) throws SQLException {
        long version = Long.parseLong(database.text("select signing_version from teams where id = " + TEAM));
        try (Connection connection = database.dataSource().getConnection()) {
            return node.of(connection, Set.of(new Version(TEAM, version)));
        }
    }
}
