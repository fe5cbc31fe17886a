package dev.posthaste.postgres;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a PostgreSQL server and its process: made, started, stopped by PostgreSQL's own programs. Thread-safe: one
 * of them runs at a time, so that the end of the process finds the server either not started or started. While a server's
 * recovery is waited for, which may take hours, the end of the process is let in.
 */
final class PostgresCluster {
    /** The superuser, and the only user. */
    static final String USER = "posthaste";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);
    private static final int START_TRIES = 3;

    /** So long PostgreSQL's own program waits for a start, and the end of the process for that. Then we wait, and it does not. */
    static final int START_SECONDS = 10;

    private static final int STOP_SECONDS = 60;

    private static final long LOOK_EVERY_MS = 250;
    private static final Duration SAY_EVERY = Duration.ofMinutes(1);

    /** One that takes longer recovers, which is not waited for: whoever stops it meanwhile would have to wait as well. */
    private static final int RESTART_SECONDS = 3;

    /** Of the file postmaster.pid, see PostgreSQL's pidfile.h. */
    private static final int STATUS_LINE = 8;

    private static final int LAST_BYTES = 4_096;
    private static final long MAX_LOG_BYTES = 16L * 1024 * 1024;

    /** Durable, whatever it costs; the rest fits a queue on a machine that it shares with the server. */
    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("listen_addresses", "127.0.0.1"),
            // No socket file: a password over loopback is the only way in.
            Map.entry("unix_socket_directories", ""),
            Map.entry("max_connections", "200"),
            Map.entry("shared_buffers", "256MB"),
            Map.entry("max_wal_size", "4GB"),
            Map.entry("checkpoint_timeout", "15min"),
            Map.entry("random_page_cost", "1.1"),
            Map.entry("jit", "off"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC")));

    private final PostgresBinaries binaries;
    private final OperatingSystemUser runner;
    private final Path files;
    private final Path log;
    private final int startSeconds;
    private boolean isStoppedForGood;

    /**
     * @param files the cluster's own directory
     * @param log where the server writes what it has to say
     * @param startSeconds how long a start may take before it is looked at whether the server recovers
     */
    PostgresCluster(PostgresBinaries binaries, OperatingSystemUser runner, Path files, Path log, int startSeconds) {
        this.binaries = binaries;
        this.runner = runner;
        this.files = files;
        this.log = log;
        this.startSeconds = startSeconds;
    }

    /** Makes the files if there are none; all at once or not at all, also when the process dies meanwhile. */
    synchronized void makeUnlessThere(Path passwordFile) throws IOException {
        if (Files.exists(files.resolve("PG_VERSION"))) {
            refuseForeignVersion();
            return;
        }
        Path unfinished = files.resolveSibling(files.getFileName() + ".new");
        deleteAll(unfinished);
        Files.createDirectory(unfinished);
        runner.own(unfinished);
        run(
                "initdb",
                "--pgdata=" + unfinished,
                "--username=" + USER,
                "--pwfile=" + passwordFile,
                "--auth-local=scram-sha-256",
                "--auth-host=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--data-checksums");
        Files.move(unfinished, files, StandardCopyOption.ATOMIC_MOVE);
    }

    private void refuseForeignVersion() throws IOException {
        String there = Files.readString(files.resolve("PG_VERSION")).strip();
        String ours = binaries.majorVersion();
        if (!there.equals(ours)) {
            throw new DatabaseUnusableException("The files in " + files + " were made by PostgreSQL " + there
                    + ", and this Posthaste brings PostgreSQL " + ours + ": upgrade them with pg_upgrade, or start the"
                    + " Posthaste that made them.");
        }
    }

    /**
     * Starts the server and returns its port once it takes connections: after a crash when it has recovered, however long that
     * takes.
     *
     * @throws DatabaseUnusableException when it does not start, this is interrupted, or it is stopped for good meanwhile
     */
    synchronized int start() throws IOException {
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(log)) {
            Files.createFile(log);
            runner.own(log);
        }
        for (int i = 1; ; i++) {
            refuseToStartWhenStoppedForGood();
            int port = freePort();
            try {
                startOn(port, startSeconds);
                return port;
            } catch (DatabaseUnusableException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                if (isReadyInTheEnd()) {
                    return port;
                }
                // Somebody may have taken the port meanwhile.
                if (i == START_TRIES) {
                    throw new DatabaseUnusableException(e.getMessage() + " Its log is " + log + ".", e);
                }
                LOG.warn("PostgreSQL did not start on port {}; another one is tried", port);
            }
        }
    }

    /**
     * Starts the server again where it was, unless it runs, and returns soon: it may still be recovering then. One that waits
     * for its clients to leave is stopped first.
     *
     * @throws DatabaseUnusableException when it does not run, such as while processes of the one that died are still there
     */
    synchronized void startAgain(int port) throws IOException {
        refuseToStartWhenStoppedForGood();
        Condition now = condition();
        if (now == Condition.STARTING || now == Condition.READY) {
            return;
        }
        if (now == Condition.ENDING) {
            stop();
        }
        // The id may be somebody else's by now. That processes are left of the one that died is seen without it.
        Files.deleteIfExists(files.resolve("postmaster.pid"));
        try {
            startOn(port, RESTART_SECONDS);
        } catch (DatabaseUnusableException e) {
            if (!isRunning()) {
                throw e;
            }
        }
    }

    private void refuseToStartWhenStoppedForGood() {
        if (isStoppedForGood) {
            throw new DatabaseUnusableException("The process was told to end.");
        }
    }

    /** Waits for a server that recovers, and says whether sessions can be had then; otherwise it is down, or ends. */
    private synchronized boolean isReadyInTheEnd() throws IOException {
        long begun = System.nanoTime();
        long said = begun - SAY_EVERY.toNanos();
        Condition now = condition();
        while (now == Condition.STARTING) {
            if (System.nanoTime() - said >= SAY_EVERY.toNanos()) {
                said = System.nanoTime();
                LOG.info(
                        "The embedded PostgreSQL is not up yet, and is waited for, for {} s so far. After a crash it"
                                + " recovers: who kills it has it begin again. How far it has come stands in its log {}",
                        Duration.ofNanos(said - begun).toSeconds(),
                        log);
            }
            try {
                wait(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DatabaseUnusableException("The recovery of PostgreSQL was not waited for: interrupted", e);
            }
            refuseToStartWhenStoppedForGood();
            now = condition();
        }
        return now == Condition.READY;
    }

    private void startOn(int port, int waitSeconds) {
        // pg_ctl gives the server a session of its own: a Ctrl-C at the terminal is not for it.
        run(
                "pg_ctl",
                "start",
                "-D",
                files.toString(),
                "-l",
                log.toString(),
                "-w",
                "-t",
                "" + waitSeconds,
                "-o",
                options(port));
    }

    /** What the server's log says last of what has gone wrong, as a sentence that names the log. */
    String lastWords() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - LAST_BYTES));
            byte[] bytes = new byte[LAST_BYTES];
            int count = Math.max(0, file.read(bytes));
            return new String(bytes, 0, count, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                    .filter(line -> !line.contains("terminating connection"))
                    .reduce((one, next) -> next)
                    .map(line -> "The last of its log " + log + " is: " + line)
                    .orElse("Its log is " + log + ".");
        } catch (IOException e) {
            return "Its log " + log + " cannot be read: " + e.getMessage();
        }
    }

    /** Stops the server, without waiting for its clients, and returns when it is down; also when it was before. */
    synchronized void stop() throws IOException {
        try {
            run("pg_ctl", "stop", "-D", files.toString(), "-m", "fast", "-w", "-t", "" + STOP_SECONDS);
        } catch (DatabaseUnusableException e) {
            if (isRunning()) {
                throw e;
            }
        }
    }

    /** Stops the server if it runs, and does not let it start any more. */
    synchronized void stopForGood() throws IOException {
        isStoppedForGood = true;
        if (isRunning()) {
            stop();
        }
    }

    /**
     * Stops a server that was left behind by a process that was killed, and waits for its recovery before. The caller holds the
     * directory's lock.
     */
    synchronized void stopOrphan() throws IOException {
        Optional<Long> pid = serverPid();
        if (pid.isPresent() && isOurServer(pid.get())) {
            LOG.warn("Stopping the PostgreSQL (process {}) that a killed server left behind", pid.get());
            // Stopped in the midst of it, it would begin from the same place again, at each start.
            if (isReadyInTheEnd() || isRunning()) {
                stop();
            }
        } else if (Files.deleteIfExists(files.resolve("postmaster.pid"))) {
            // PostgreSQL would take whatever process has that id by now for itself, and refuse to start.
            LOG.warn("The PostgreSQL that a crash of the machine or the container ended left its process id behind");
        }
    }

    /** Whether there is a server; also while it starts or recovers. */
    boolean isRunning() throws IOException {
        Optional<Long> pid = serverPid();
        return pid.isPresent() && isOurServer(pid.get());
    }

    /** How a server stands, as far as its files tell. */
    enum Condition {
        /** There is none. */
        DOWN,
        /** It starts, or recovers: no session can be had yet. */
        STARTING,
        /** Sessions can be had. */
        READY,
        /**
         * It was told to end, and takes no new clients: one that a person has told so by SIGTERM stays like that until the last
         * client has left, and ours never do.
         */
        ENDING
    }

    /** How the server stands just now. */
    Condition condition() throws IOException {
        if (!isRunning()) {
            return Condition.DOWN;
        }
        return switch (status()) {
            case "ready" -> Condition.READY;
            case "stopping" -> Condition.ENDING;
            default -> Condition.STARTING;
        };
    }

    /** What it says of itself; empty while it does not yet, or has just ended. */
    private String status() throws IOException {
        try (Stream<String> lines = Files.lines(files.resolve("postmaster.pid"))) {
            return lines.skip(STATUS_LINE - 1).findFirst().map(String::strip).orElse("");
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** The process that the directory's pid file names. */
    Optional<Long> serverPid() throws IOException {
        Path file = files.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d{1,18}"))
                    .map(Long::valueOf);
        } catch (NoSuchFileException e) {
            // It has just stopped.
            return Optional.empty();
        }
    }

    /** Process ids are used again: only a PostgreSQL of this directory is one of ours. */
    private boolean isOurServer(long pid) throws IOException {
        Path commandLine = Path.of("/proc", String.valueOf(pid), "cmdline");
        if (Files.isReadable(commandLine)) {
            String line = Files.readString(commandLine, StandardCharsets.ISO_8859_1);
            return line.contains("postgres") && line.contains(files.toString());
        }
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .filter(command -> command.endsWith("postgres"))
                .isPresent();
    }

    private static String options(int port) {
        StringBuilder options = new StringBuilder("-p ").append(port);
        SETTINGS.forEach((name, value) ->
                options.append(" -c ").append(name).append("='").append(value).append('\''));
        return options.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void run(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(binaries.program(program));
        command.addAll(List.of(arguments));
        ProgramRun.of(runner.command(command), log.resolveSibling(""));
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> paths = Files.walk(directory)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
