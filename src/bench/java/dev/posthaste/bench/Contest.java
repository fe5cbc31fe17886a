package dev.posthaste.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs contestants alternately, round by round, so that a slow minute of the machine hits them all. */
final class Contest {
    /** One run of a contestant with a load that it was given when it was made; returns the sample. */
    interface Trial {
        double run() throws Exception;
    }

    private record Contestant(String who, String unit, Trial trial) {}

    private final Laboratory laboratory;
    private final List<Contestant> contestants = new ArrayList<>();

    Contest(Laboratory laboratory) {
        this.laboratory = laboratory;
    }

    Contest enter(String who, String unit, Trial trial) {
        contestants.add(new Contestant(who, unit, trial));
        return this;
    }

    /** The figure of each contestant. */
    record Figures(Map<String, Figure> byWho) {
        /** Of one that entered. */
        Figure of(String who) {
            return Objects.requireNonNull(byWho.get(who));
        }
    }

    Figures run() throws Exception {
        Map<String, List<Double>> samples = new HashMap<>();
        for (int round = 1; round <= laboratory.options().rounds(); round++) {
            for (Contestant contestant : contestants) {
                double sample = contestant.trial().run();
                laboratory.say(
                        "  round %d  %-44s %12s %s", round, contestant.who(), Figure.number(sample), contestant.unit());
                samples.computeIfAbsent(contestant.who(), who -> new ArrayList<>())
                        .add(sample);
            }
        }
        Map<String, Figure> figures = new HashMap<>();
        for (Contestant contestant : contestants) {
            List<Double> own = samples.getOrDefault(contestant.who(), List.of());
            figures.put(contestant.who(), new Figure(contestant.who(), contestant.unit(), own));
        }
        return new Figures(figures);
    }
}
