package dev.posthaste.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * What most users do most of the time: jobs pushed one by one and due at once, so that accepting, claiming and completing
 * go on beside each other in small groups. For the record: there is no bar, and no peer has an API.
 */
final class Mixed implements Measure {
    private static final int CLIENTS = 16;
    private static final int WARM_UPS = 8;

    @Override
    public String name() {
        return "mixed";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        Service service = laboratory.service();
        ReceiverProcess receiver = laboratory.receiver();
        Duration duration = Duration.ofMillis(laboratory.options().scaled(5_000));
        try (ApiClient client = new ApiClient(service.server(), CLIENTS)) {
            String job = ApiClient.job("mixed", receiver.url("/hit"), Instant.now());
            Contest.Trial ours = () -> pushAndDeliver(client, job, receiver, duration);
            new WarmUp(laboratory, WARM_UPS).run("Posthaste", service.server().process(), ours);
            Figure figure = new Contest(laboratory)
                    .enter("Posthaste", "jobs/s", ours)
                    .run()
                    .of("Posthaste");
            return List.of(Row.of(
                            "jobs pushed one by one, due at once, and delivered; %d clients".formatted(CLIENTS),
                            figure,
                            List.of())
                    .noting("from the first push to the last arrival"));
        }
    }

    private static double pushAndDeliver(ApiClient client, String job, ReceiverProcess receiver, Duration duration)
            throws Exception {
        receiver.reset();
        LongAdder accepted = new LongAdder();
        long started = System.nanoTime();
        Callers.rate(CLIENTS, duration, number -> {
            client.push(job);
            accepted.increment();
        });
        receiver.awaitRequests(accepted.sum());
        return accepted.sum() / Callers.seconds(started);
    }
}
