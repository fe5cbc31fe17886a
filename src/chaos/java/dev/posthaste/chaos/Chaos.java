package dev.posthaste.chaos;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.LoggerFactory;

/** The program behind {@code make chaos}. */
public final class Chaos {
    private static final Path DIRECTORY = Path.of("target", "chaos");

    private Chaos() {}

    /** Runs {@code [--minutes N] [--seed N] [--rate N] …}; ends with 0, with 1 where something was broken, 2 for its usage. */
    public static void main(String[] arguments) throws Exception {
        ChaosOptions options;
        try {
            options = ChaosOptions.parse(
                    List.of(arguments), RandomGenerator.getDefault().nextInt(1_000_000));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        Files.createDirectories(DIRECTORY);
        System.setProperty(
                "posthaste.reports", DIRECTORY.resolve("logs").toAbsolutePath().toString());
        try {
            tell(options, new ChaosRun(options, System.out::println).run());
        } catch (Exception | Error e) {
            // Threads of what could not be ended would keep a program waiting that nobody waits for.
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void tell(ChaosOptions options, ChaosRun.Outcome outcome) throws IOException {
        outcome.breaches().stream().limit(40).forEach(breach -> System.out.println("BROKEN " + breach));
        if (outcome.breaches().isEmpty()) {
            System.out.println("All that was promised was kept.");
            System.exit(0);
        }
        outcome.write(DIRECTORY);
        System.out.println(outcome.breaches().size() + " times something promised was broken, with --seed "
                + options.seed() + ". Look in " + DIRECTORY + ": breaches.txt, events.txt (what happened, in its order;"
                + " look for the job's id), rows.txt (the tables in the end) and logs (of the nodes).");
        System.exit(1);
    }
}
