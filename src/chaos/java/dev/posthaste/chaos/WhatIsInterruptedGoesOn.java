package dev.posthaste.chaos;

import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a fault has interrupted is sent again {@link Allowances#late()} after it was killed, or after another node can have taken it over, or the
 * node that has come back can have given it up; what other faults, or its queue, held it up for then is not counted, and
 * what the machine was busy with others is counted to neither.
 */
final class WhatIsInterruptedGoesOn implements Rule {
    @Override
    public String name() {
        return "what is interrupted goes on";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.sendings().values().forEach(same -> check(evidence, same.get(0).queue(), same, breaches));
        evidence.history().callbacks().stream()
                .sorted(Comparator.comparing(Called::at))
                .collect(groupingBy(Called::id))
                .values()
                .forEach(tries -> check(evidence, null, tries, breaches));
    }

    /** What a kill alone has interrupted goes on that long after the kill itself. */
    private static Duration allowed(Evidence evidence, Received first) {
        Duration late = evidence.allowances().late();
        Duration beside = late.minus(evidence.allowances().takeOver());
        return !evidence.windows().wasLostByAKillAlone(first) ? late : beside.isNegative() ? Duration.ZERO : beside;
    }

    private static void check(
            Evidence evidence, @Nullable String queue, List<? extends Received> same, Consumer<String> breaches) {
        for (int i = 1; i < same.size(); i++) {
            Received first = same.get(i - 1);
            Received again = same.get(i);
            boolean isTriedAgain = first instanceof Called && first.status() != 200;
            Optional<Instant> takenOver = evidence.windows().goesOn(first);
            if (isTriedAgain || takenOver.isEmpty() || evidence.windows().cameOutOfAFreeze(first, again)) {
                continue;
            }
            Duration late = evidence.waiting()
                    .unexplained(queue, first.at(), takenOver.get(), again.at())
                    .minus(evidence.windows().ofTheMachine().within(first.at(), takenOver.get()));
            if (late.compareTo(allowed(evidence, first)) > 0) {
                breaches.accept(first + " was interrupted and came again as " + again + ", " + late.toMillis()
                        + " ms after it could have been taken over, at " + takenOver.get());
            }
        }
    }
}
