package dev.posthaste.chaos;

import dev.posthaste.postgres.OwnPostgres;
import dev.posthaste.system.DatabaseLine;
import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node with its line to the database. It is started again by {@link #start} only, as a supervisor does: while the database
 * is away a start ends, and another one is made. Who does something to it is one thread at a time; the rest is thread-safe.
 */
final class ChaosNode implements AutoCloseable {
    private static final Duration START_WITHIN = Duration.ofMinutes(3);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(60);
    private static final int SIGTERM_EXIT = 143;
    private static final String ENCRYPTION_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final int index;
    private final DatabaseLine line;
    private final Map<String, String> settings;
    private final Senders senders;
    private final Recorder recorder;
    private volatile @Nullable ServerProcess process;
    private volatile boolean mayBeGone;
    private @Nullable ServerProcess read;

    ChaosNode(int index, OwnPostgres database, Senders senders, Recorder recorder) throws IOException {
        this.index = index;
        this.line = new DatabaseLine(database.target(), database.settings());
        this.settings = new HashMap<>(line.settings());
        settings.put("POSTHASTE_SECRET_KEY", ENCRYPTION_KEY);
        this.senders = senders;
        this.recorder = recorder;
    }

    int index() {
        return index;
    }

    DatabaseLine line() {
        return line;
    }

    /** Of the API; 0 while there is no process. */
    int port() {
        ServerProcess running = process;
        return running == null ? 0 : running.port();
    }

    ServerProcess process() {
        return Objects.requireNonNull(process);
    }

    /** Starts it and returns when it takes calls. */
    void start() throws IOException, InterruptedException {
        Instant from = Instant.now();
        Instant until = from.plus(START_WITHIN);
        List<Interval> ended = new ArrayList<>();
        Instant since = from;
        Path directory = ServerProcess.directory("chaos");
        mayBeGone = true;
        ServerProcess before = process;
        for (boolean isReady = false; !isReady; ) {
            if (Instant.now().isAfter(until)) {
                throw new IOException("Node " + index + " did not start; its log:\n"
                        + process().log());
            }
            ServerProcess running = process;
            if (running == null || !running.isAlive()) {
                if (running != null && running != before) {
                    ended.add(new Interval(since, Instant.now()));
                }
                readLog();
                since = Instant.now();
                running = ServerProcess.startUnready(directory, settings);
                senders.runs(running.pid(), index);
                process = running;
            }
            TimeUnit.MILLISECONDS.sleep(100);
            isReady = Calls.isHealthy(running.port());
        }
        mayBeGone = false;
        recorder.started(new Start(index, new Interval(from, Instant.now()), ended));
    }

    /** SIGKILL. */
    void kill() throws IOException, InterruptedException {
        mayBeGone = true;
        process().kill();
        readLog();
    }

    /** SIGTERM, and returns when it has ended. */
    void stop() throws IOException, InterruptedException {
        mayBeGone = true;
        ServerProcess running = process();
        running.terminate();
        Instant until = Instant.now().plus(STOP_WITHIN);
        while (running.isAlive()) {
            if (Instant.now().isAfter(until)) {
                recorder.odd("Node " + index + " (process " + running.pid() + ") did not end after SIGTERM.");
                running.kill();
                readLog();
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        if (running.exitCode() != 0 && running.exitCode() != SIGTERM_EXIT) {
            recorder.odd("Node " + index + " (process " + running.pid() + ") ended with " + running.exitCode()
                    + " after SIGTERM.");
        }
        readLog();
    }

    void signal(String name) throws IOException, InterruptedException {
        process().signal(name);
    }

    /** Says what has failed, and what the process has found wrong in its own tables and has set right; of each process once, when it has ended. */
    void readLog() throws IOException {
        ServerProcess running = process;
        if (running != null && running != read) {
            read = running;
            String log = running.log();
            recorder.failed(ErrorLine.in(log, index));
            for (String line : MendedLines.in(log)) {
                recorder.odd("The log of node " + index + " (process " + running.pid() + ") says: " + line);
            }
        }
    }

    /** Says so where it has ended by itself. */
    void look() {
        ServerProcess running = process;
        if (!mayBeGone && running != null && !running.isAlive()) {
            mayBeGone = true;
            recorder.odd("Node " + index + " (process " + running.pid() + ") ended by itself with " + running.exitCode()
                    + ".");
        }
    }

    @Override
    public void close() throws IOException {
        ServerProcess running = process;
        if (running != null && running.isAlive()) {
            running.close();
        }
        line.close();
    }
}
