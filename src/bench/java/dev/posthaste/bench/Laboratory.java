package dev.posthaste.bench;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What all measures share: one PostgreSQL with a database for each contestant, one receiver, and the way to say how far
 * things are. Parts start when they are first asked for. Not thread-safe.
 */
final class Laboratory implements AutoCloseable {
    /** Where the logs of child processes go. */
    static final Path LOGS = Path.of("target", "bench", "logs");

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final BenchOptions options;
    private @Nullable BenchDatabase database;
    private @Nullable ReceiverProcess receiver;
    private @Nullable Service service;

    Laboratory(BenchOptions options) throws IOException {
        this.options = options;
        Files.createDirectories(LOGS);
    }

    BenchOptions options() {
        return options;
    }

    BenchDatabase database() throws Exception {
        BenchDatabase started = database;
        if (started == null) {
            say("starting PostgreSQL, durable");
            started = BenchDatabase.start();
            database = started;
        }
        return started;
    }

    ReceiverProcess receiver() throws Exception {
        ReceiverProcess started = receiver;
        if (started == null) {
            started = ReceiverProcess.start();
            receiver = started;
        }
        return started;
    }

    /** The server that has served former measures, with empty tables. */
    Service service() throws Exception {
        Service started = service;
        if (started == null) {
            started = Service.start(database());
            service = started;
        }
        started.empty();
        return started;
    }

    /** For measures that start servers of their own and want the machine to themselves. */
    void endService() {
        if (service != null) {
            service.close();
            service = null;
        }
    }

    Machine machine() throws Exception {
        return Machine.here(database().version());
    }

    /** Prints a line of progress. */
    @FormatMethod
    void say(String format, Object... arguments) {
        String line = String.format(Locale.ROOT, format, arguments);
        System.out.println(LocalTime.now(ZoneOffset.UTC).format(SECONDS) + " " + line);
    }

    @Override
    public void close() throws IOException {
        endService();
        if (receiver != null) {
            receiver.close();
        }
        if (database != null) {
            database.close();
        }
    }
}
