package dev.posthaste.chaos;

import java.time.Duration;
import java.util.function.Consumer;

/** Nothing comes of a paused queue, {@link Allowances#pause()} after the pause was told, faults not counted. */
final class PausedIsSilent implements Rule {
    @Override
    public String name() {
        return "paused is silent";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (Pause pause : evidence.history().pauses()) {
            evidence.history().sendings().stream()
                    .filter(sending -> sending.isOf(pause.queue()))
                    .filter(sending ->
                            sending.at().isAfter(pause.from()) && sending.at().isBefore(pause.until()))
                    .filter(sending -> isTooLate(evidence, pause, sending))
                    .forEach(sending -> breaches.accept(sending + " came in " + pause));
        }
    }

    private static boolean isTooLate(Evidence evidence, Pause pause, Sending sending) {
        Duration since = Duration.between(pause.from(), sending.at())
                .minus(evidence.windows().all().within(pause.from(), sending.at()));
        return since.compareTo(evidence.allowances().pause()) > 0;
    }
}
