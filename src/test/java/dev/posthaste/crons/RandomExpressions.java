package dev.posthaste.crons;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Expressions of numbers, of every kind, from a seed. */
final class RandomExpressions {
    private final Random random;

    RandomExpressions(Random random) {
        this.random = random;
    }

    String next() {
        return String.join(" ", field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7));
    }

    private String field(int min, int max) {
        if (random.nextInt(3) == 0) {
            return "*";
        }
        int items = random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1;
        return IntStream.range(0, items).mapToObj(i -> item(min, max)).collect(Collectors.joining(","));
    }

    private String item(int min, int max) {
        int low = min + random.nextInt(max - min + 1);
        int high = low + random.nextInt(max - low + 1);
        int step = 1 + random.nextInt(Math.min(max, 20));
        return switch (random.nextInt(5)) {
            case 0 -> "*/" + step;
            case 1 -> low + "-" + high;
            case 2 -> low + "-" + high + "/" + step;
            default -> String.valueOf(low);
        };
    }
}
