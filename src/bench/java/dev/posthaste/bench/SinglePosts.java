package dev.posthaste.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Jobs accepted one by one over 32 connections, beside a POST that does nothing on the same kind of server. */
final class SinglePosts implements Measure {
    private static final int CONNECTIONS = 32;
    private static final int MAX_WARM_UPS = 20;
    private static final double WARM = 0.05;
    private static final String UNIT = "requests/s";

    @Override
    public String name() {
        return "posts";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        Duration duration = Duration.ofMillis(laboratory.options().scaled(4_000));
        Service service = laboratory.service();
        try (NoopProcess noop = NoopProcess.start();
                ApiClient client = new ApiClient(service.server(), CONNECTIONS)) {
            String job = ApiClient.distantJob("posts", "http://127.0.0.1:9/never");
            List<Double> processor = new ArrayList<>();
            Contest.Trial ours = () -> {
                double before = service.server().process().processorMicros();
                LongAdder pushed = new LongAdder();
                double rate = Callers.rate(CONNECTIONS, duration, number -> {
                    client.push(job);
                    pushed.increment();
                });
                processor.add((service.server().process().processorMicros() - before) / pushed.sum());
                return rate;
            };
            Contest.Trial nothing = () -> Callers.rate(CONNECTIONS, duration, number -> client.post(noop.url(), job));
            // The compilers' time is none of a request's.
            WarmUp warmUp = new WarmUp(laboratory, MAX_WARM_UPS, WARM);
            warmUp.run("no-op POST", noop.process(), nothing);
            warmUp.run("Posthaste", service.server().process(), ours);
            processor.clear();
            Contest.Figures figures = new Contest(laboratory)
                    .enter("Posthaste", UNIT, ours)
                    .enter("no-op POST", UNIT, nothing)
                    .run();
            Figure own = figures.of("Posthaste");
            Figure limit = figures.of("no-op POST");
            return List.of(
                    Row.of("POST /api/jobs, " + CONNECTIONS + " connections, durable", own, List.of(limit))
                            .with(Verdict.times(0.4, own, limit)),
                    Row.of(
                            "the same: the server's processor time, without the database's",
                            new Figure("Posthaste", "µs a job", processor),
                            List.of()));
        }
    }
}
