package dev.posthaste.crons;

/** The values of a field in their order, and whether they are evenly spread. Immutable; there is at least one. */
final class Progression {
    private final int[] values;
    private final int step;
    private final int cycle;

    private Progression(int[] values, int step, int cycle) {
        this.values = values;
        this.step = step;
        this.cycle = cycle;
    }

    /** @param cycle how many values the field has; they begin with 0 */
    static Progression of(int[] values, int cycle) {
        int step = values.length == 1 ? 0 : values[1] - values[0];
        for (int i = 2; i < values.length; i++) {
            if (values[i] - values[i - 1] != step) {
                step = 0;
            }
        }
        return new Progression(values, step, cycle);
    }

    int[] values() {
        return values.clone();
    }

    int size() {
        return values.length;
    }

    int first() {
        return values[0];
    }

    int last() {
        return values[values.length - 1];
    }

    /** The distance between neighbours; 0 when there are several, or none. */
    int step() {
        return step;
    }

    boolean isSingle() {
        return values.length == 1;
    }

    /** Whether there are several, all at one distance. */
    boolean isRow() {
        return step > 0;
    }

    boolean isWhole() {
        return values.length == cycle;
    }

    /** Whether it is a row whose first value follows on the last at the same distance. */
    boolean goesRound() {
        return isRow() && first() == 0 && last() + step == cycle;
    }
}
