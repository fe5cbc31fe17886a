package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.ReportFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EmbeddedDatabaseIT {
    @Test
    void whatWasWrittenIsThereAfterARestart() throws IOException, SQLException {
        Path directory = TestDataDirectory.empty();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            query(database.target(), "create table kept as select 42 as answer");
        }

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(query(database.target(), "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void itIsDurable() throws IOException, SQLException {
        Path directory = TestDataDirectory.fresh();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(query(database.target(), "show fsync")).isEqualTo("on");
            assertThat(query(database.target(), "show synchronous_commit")).isEqualTo("on");
            assertThat(query(database.target(), "show full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void nobodyGetsInWithoutThePassword() throws IOException {
        Path directory = TestDataDirectory.fresh();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            DatabaseTarget target = database.target();
            String url = target.jdbcUrl();
            assertThatThrownBy(() -> query(new DatabaseTarget(url, "posthaste", null, true), "select 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
            assertThatThrownBy(() -> query(new DatabaseTarget(url, "posthaste", "guess", true), "select 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(() -> query(new DatabaseTarget(url, "postgres", "postgres", true), "select 1"))
                    .isInstanceOf(SQLException.class);
            assertThat(Files.readString(directory.resolve("postgresql/pg_hba.conf"))
                            .lines()
                            .filter(line -> !line.startsWith("#") && !line.isBlank()))
                    .allMatch(line -> line.endsWith("scram-sha-256"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("database.password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aSecondServerOnTheSameDirectoryIsRefusedInOneSentence() throws IOException {
        Path directory = TestDataDirectory.fresh();
        try (EmbeddedDatabase first = EmbeddedDatabase.start(directory)) {
            assertThat(first.target().isSole()).isTrue();

            assertThatThrownBy(() -> EmbeddedDatabase.start(directory))
                    .isInstanceOf(DatabaseUnusableException.class)
                    .hasMessage(
                            "Another server (process " + ProcessHandle.current().pid()
                                    + ") is using the data directory " + directory
                                    + ": stop it, or set POSTHASTE_DATA_DIR to another directory.");
        }
    }

    @Test
    void commandsFindTheOneThatRuns() throws IOException, SQLException {
        Path directory = TestDataDirectory.fresh();
        assertThat(EmbeddedDatabase.findRunning(directory)).isEmpty();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            DatabaseTarget found = EmbeddedDatabase.findRunning(directory).orElseThrow();
            assertThat(found.jdbcUrl()).isEqualTo(database.target().jdbcUrl());
            assertThat(query(found, "select 1")).isEqualTo("1");
        }

        assertThat(EmbeddedDatabase.findRunning(directory)).isEmpty();
    }

    @Test
    void anotherMajorVersionIsRefusedInOneSentence() throws IOException {
        Path directory = TestDataDirectory.fresh();
        EmbeddedDatabase.start(directory).close();
        Files.writeString(directory.resolve("postgresql/PG_VERSION"), "17\n");

        assertThatThrownBy(() -> EmbeddedDatabase.start(directory))
                .isInstanceOf(DatabaseUnusableException.class)
                .hasMessageContaining("were made by PostgreSQL 17, and this Posthaste brings PostgreSQL 18");
    }

    /** Usual in containers, where the same few ids are used again after each start. */
    @Test
    void aProcessIdThatSomebodyElseHasByNowKeepsNothingFromStarting() throws IOException, SQLException {
        Path directory = TestDataDirectory.fresh();
        EmbeddedDatabase.start(directory).close();
        for (String pid : List.of(String.valueOf(ProcessHandle.current().pid()), "", "1")) {
            Files.writeString(
                    directory.resolve("postgresql/postmaster.pid"),
                    pid + "\n" + directory.resolve("postgresql") + "\n1700000000\n5432\n\n127.0.0.1\n");

            try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
                assertThat(query(database.target(), "select 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void anUnfinishedFirstStartIsBegunAgain() throws IOException, SQLException {
        Path directory = TestDataDirectory.empty();
        Files.createDirectories(directory.resolve("postgresql.new/base"));
        Files.writeString(directory.resolve("postgresql.new/PG_VERSION"), "18");

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(query(database.target(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void theOrphanOfAKilledServerIsTakenOver() throws IOException, InterruptedException, SQLException {
        Path directory = TestDataDirectory.fresh();
        Process killed = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        directory.toString())
                .redirectError(ReportFile.named("victim").toFile())
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(killed.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.lines().filter("started"::equals).findFirst()).isPresent();
        }
        killed.destroyForcibly();
        assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
        long orphan = Long.parseLong(Files.readAllLines(directory.resolve("postgresql/postmaster.pid"))
                .get(0));
        assertThat(ProcessHandle.of(orphan)).isPresent();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(query(database.target(), "select word from written")).isEqualTo("kept");
            assertThat(Files.readAllLines(directory.resolve("postgresql/postmaster.pid"))
                            .get(0))
                    .isNotEqualTo(String.valueOf(orphan));
        }
    }

    /** The pools of connections know no other port. */
    @Test
    void oneThatDiesIsStartedAgainWhereItWasAsSoonAsItCanBeAndSaysWhyItCannot() throws Exception {
        Path directory = TestDataDirectory.fresh();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            query(database.target(), "create table written as select 'kept' as word");
            database.leaveToServer();
            assertThat(database.trouble()).isEmpty();
            int port = database.target().endpoints().get(0).getPort();

            kill(postmaster(directory));
            try (ServerSocket taken = bind(port)) {
                await().until(() -> database.trouble()
                        .filter(trouble -> trouble.startsWith("The embedded PostgreSQL has died and could not be"))
                        .isPresent());
                assertThat(taken.isBound()).isTrue();
            }

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> database.trouble().isEmpty());
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() ->
                            query(database.target(), "select word from written").equals("kept"));
        }
        assertThat(directory.resolve("postgresql/postmaster.pid")).doesNotExist();
    }

    /** As a person does it who looks for the process. By itself it would wait for its clients to leave, which ours never do. */
    @Test
    void oneThatWasToldToEndIsEndedAndStartedAgain() throws Exception {
        Path directory = TestDataDirectory.fresh();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory);
                Connection client = connect(database.target())) {
            database.leaveToServer();
            long told = postmaster(directory);

            signal("TERM", told);

            await().atMost(Duration.ofSeconds(60)).until(() -> !client.isValid(5));
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> query(database.target(), "select 1").equals("1"));
            assertThat(postmaster(directory)).isNotEqualTo(told);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> database.trouble().isEmpty());
        }
    }

    /** Who reads that it is up again, or asks for its trouble, may count on a session. */
    @Test
    void oneThatStillRecoversIsNotUpAgain() throws Exception {
        Path directory = TestDataDirectory.fresh();
        Path files = directory.resolve("postgresql");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            database.leaveToServer();
            // It asks for what was archived, and gets an answer when this test has looked.
            Files.writeString(
                    files.resolve("postgresql.auto.conf"),
                    "restore_command = 'until test -e answered; do sleep 0.1; done; false'\n");
            Files.createFile(files.resolve("recovery.signal"));

            kill(postmaster(directory));

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> database.trouble()
                            .filter(trouble -> trouble.endsWith("was started again and recovers."))
                            .isPresent());
            assertThatThrownBy(() -> query(database.target(), "select 1")).isInstanceOf(SQLException.class);
            assertThat(database.trouble()).isPresent();
            Files.createFile(files.resolve("answered"));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> database.trouble().isEmpty());
            assertThat(query(database.target(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void oneThatIsClosedWhileItIsDownStaysDown() throws Exception {
        Path directory = TestDataDirectory.fresh();
        EmbeddedDatabase database = EmbeddedDatabase.start(directory);
        database.leaveToServer();
        int port = database.target().endpoints().get(0).getPort();
        kill(postmaster(directory));
        try (ServerSocket taken = bind(port)) {
            await().until(() -> database.trouble().isPresent());
            assertThat(taken.isBound()).isTrue();
            database.close();
        }

        await().during(Duration.ofSeconds(1))
                .until(() -> !Files.exists(directory.resolve("postgresql/postmaster.pid")));
        EmbeddedDatabase.start(directory).close();
    }

    private static ServerSocket bind(int port) {
        return await().pollInterval(Duration.ofMillis(1))
                .ignoreExceptions()
                .until(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()), ServerSocket::isBound);
    }

    private static long postmaster(Path directory) throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("postgresql/postmaster.pid"))
                .get(0)
                .strip());
    }

    private static void kill(long pid) throws IOException, InterruptedException {
        signal("KILL", pid);
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Starts a database, writes into it, and waits to be killed. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws SQLException, InterruptedException {
            EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(arguments[0]));
            query(database.target(), "create table written as select 'kept' as word");
            System.out.println("started");
            Thread.currentThread().join();
        }
    }

    private static Connection connect(DatabaseTarget target) throws SQLException {
        return DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
    }

    private static String query(DatabaseTarget target, String sql) throws SQLException {
        try (Connection connection = connect(target);
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
