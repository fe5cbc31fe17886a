package dev.posthaste.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.LoggerFactory;

/** The program behind {@code make bench}. */
public final class Bench {
    private static final List<Measure> MEASURES = List.of(
            new Firing(),
            new Scheduling(),
            new EndToEnd(),
            new Statements(),
            new BatchPosts(),
            new SinglePosts(),
            new Mixed(),
            new Lateness(),
            new SlowAnswers(),
            new MillionPending(),
            new Lists(),
            new Crons(),
            new Dashboard(),
            new Painting(),
            new ManyConnections(),
            new TwoBuilds());

    private Bench() {}

    /** Runs {@code [--quick] [--only NAME[,NAME]] [--beside TREE]} and writes {@code target/bench}. */
    public static void main(String[] arguments) throws Exception {
        TreeSet<String> known = new TreeSet<>();
        MEASURES.forEach(measure -> known.add(measure.name()));
        BenchOptions options;
        try {
            options = BenchOptions.parse(List.of(arguments), known);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        quietLogs();
        Instant started = Instant.now();
        Report report = new Report(Path.of("target", "bench"));
        try (Laboratory laboratory = new Laboratory(options)) {
            Map<String, List<Row>> results = new LinkedHashMap<>();
            for (Measure measure : MEASURES) {
                if (options.wants(measure)) {
                    results.put(measure.name(), run(measure, laboratory));
                    report.write(laboratory.machine(), options, results);
                }
            }
            laboratory.say(
                    "Done in %d s.", Duration.between(started, Instant.now()).toSeconds());
            System.out.println(report.table());
        }
        // Peers leave threads of their own behind.
        System.exit(0);
    }

    /** Nobody is to be measured by how much it logs. */
    private static void quietLogs() {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        for (Logger logger : loggers.getLoggerList()) {
            logger.setLevel(logger.getName().equals(Logger.ROOT_LOGGER_NAME) ? Level.WARN : null);
        }
    }

    /** One measure that cannot run does not take the others with it; the table lacks its lines and says why. */
    private static List<Row> run(Measure measure, Laboratory laboratory) {
        laboratory.say("%s", measure.name());
        try {
            return measure.measure(laboratory);
        } catch (Exception e) {
            laboratory.say("  %s could not be measured: %s", measure.name(), e);
            e.printStackTrace();
            Figure none = new Figure("Posthaste", "", List.of(Double.NaN));
            Verdict verdict = new Verdict("could not be measured", String.valueOf(e.getMessage()), false);
            return List.of(Row.of(measure.name(), none, List.of()).with(verdict));
        }
    }
}
