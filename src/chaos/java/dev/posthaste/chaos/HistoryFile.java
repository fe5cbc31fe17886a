package dev.posthaste.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Writes a history for a person who looks for ids in it: one line for each thing, in the order in which they happened. */
final class HistoryFile {
    private HistoryFile() {}

    /** Makes the directory, and writes {@code breaches.txt}, {@code events.txt} and {@code rows.txt} into it. */
    static void write(Path directory, History history, List<String> breaches) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve("breaches.txt"), breaches);
        Files.write(directory.resolve("events.txt"), events(history));
        EndState end = history.end();
        Files.write(
                directory.resolve("rows.txt"),
                Stream.of(end.jobs(), end.runs(), end.callbacks(), end.crons(), end.counters(), end.leftovers())
                        .flatMap(List::stream)
                        .map(Object::toString)
                        .toList());
    }

    private static List<String> events(History history) {
        return Stream.of(
                        timed(history.pushes(), Push::sent),
                        timed(history.sendings(), Sending::at),
                        timed(history.callbacks(), Called::at),
                        timed(history.faults(), Fault::from),
                        timed(history.pauses(), Pause::asked),
                        timed(history.stalls(), Interval::from),
                        timed(history.starvations(), Starvation::from),
                        timed(history.errors(), ErrorLine::at),
                        timed(history.refusals(), Refusal::sent),
                        timed(history.starts(), start -> start.time().from()))
                .flatMap(events -> events)
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(event -> event.getKey() + " " + event.getValue())
                .toList();
    }

    private static <T> Stream<Map.Entry<Instant, String>> timed(List<T> all, Function<T, Instant> time) {
        return all.stream().map(one -> Map.entry(time.apply(one), one.toString()));
    }
}
