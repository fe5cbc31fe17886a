package dev.posthaste.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes a JSON file for each measure, and the table. Rewritten after each measure: a broken run leaves what it has. */
final class Report {
    private final Path directory;
    private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    Report(Path directory) {
        this.directory = directory;
    }

    void write(Machine machine, BenchOptions options, Map<String, List<Row>> results) throws IOException {
        Files.createDirectories(directory);
        for (Map.Entry<String, List<Row>> result : results.entrySet()) {
            Map<String, Object> content = Map.of(
                    "measure", result.getKey(),
                    "written_at", now(),
                    "quick", options.isQuick(),
                    "machine", machine,
                    "rows", result.getValue());
            json.writeValue(directory.resolve(result.getKey() + ".json").toFile(), content);
        }
        Files.writeString(directory.resolve("table.md"), table(machine, options, results));
    }

    String table() throws IOException {
        return Files.readString(directory.resolve("table.md"));
    }

    private static String table(Machine machine, BenchOptions options, Map<String, List<Row>> results) {
        String rows = results.values().stream()
                .flatMap(List::stream)
                .map(Report::line)
                .collect(Collectors.joining("\n"));
        return """
                %s, %d cores, %d GiB, %s · %s · PostgreSQL %s, fsync on · %s%s

                | measure | Posthaste | beside it | bar | reached | met |
                |---|---|---|---|---|---|
                %s
                """.formatted(
                        machine.processor(),
                        machine.cores(),
                        machine.memoryGiB(),
                        machine.system(),
                        machine.java(),
                        machine.postgres(),
                        now(),
                        options.isQuick() ? " · quick run, not to be quoted" : "",
                        rows);
    }

    private static String line(Row row) {
        String beside = row.beside().stream()
                .map(figure -> figure.who() + ": " + figure)
                .collect(Collectors.joining("<br>"));
        return "| "
                + String.join(
                        " | ",
                        row.note().isEmpty() ? row.what() : row.what() + " (" + row.note() + ")",
                        row.ours().toString(),
                        beside,
                        verdicts(row, Verdict::bar),
                        verdicts(row, Verdict::value),
                        verdicts(row, verdict -> verdict.met() ? "yes" : "**no**"))
                + " |";
    }

    private static String verdicts(Row row, Function<Verdict, String> part) {
        return row.verdicts().stream().map(part).collect(Collectors.joining("<br>"));
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
