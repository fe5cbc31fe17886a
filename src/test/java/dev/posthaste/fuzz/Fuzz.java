package dev.posthaste.fuzz;

import java.util.Iterator;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;

/**
 * Holds a rule against many inputs, and says the smallest one that breaks it, with the seed that finds it again.
 *
 * <p>{@code -Dfuzz.seed} is where inputs come from, the same for every test until given. {@code -Dfuzz.times} multiplies
 * how many there are. Inputs go one by one through a thread of their own, so that one that hangs is noticed.
 */
public final class Fuzz {
    /** What must hold for an input; throws when it does not. */
    public interface Rule<T> {
        void hold(T input) throws Exception;
    }

    private static final long SEED = Long.getLong("fuzz.seed", 20_260_101);
    private static final int TIMES = Integer.getInteger("fuzz.times", 1);

    /** Longer than any input takes on a busy machine: what has not ended by then hangs. */
    private static final int HANGS_AFTER_SECONDS = 30;

    private static final int MAX_SHRINKINGS = 500;

    /** How large jqwik takes the inputs' number to be when it chooses how wide to spread them. */
    private static final int SPREAD = 1_000;

    private Fuzz() {}

    /**
     * Tries inputs until one breaks the rule, or there are no more.
     *
     * @param tries how many, before {@code fuzz.times}
     * @throws AssertionError with the smallest input that was found to break it, and its seed
     */
    public static <T> void hold(String name, Arbitrary<? extends T> inputs, int tries, Rule<T> rule) {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "fuzz");
            made.setDaemon(true);
            return made;
        });
        try {
            JqwikSession.run(() -> tryAll(name, inputs, tries * TIMES, input -> within(thread, rule, input)));
        } finally {
            thread.shutdownNow();
        }
    }

    private static <T> void tryAll(String name, Arbitrary<? extends T> inputs, int tries, Rule<T> rule) {
        RandomGenerator<? extends T> generator = inputs.generator(SPREAD);
        Random random = new Random(SEED);
        for (int i = 0; i < tries; i++) {
            Shrinkable<? extends T> made = generator.next(random);
            Throwable failure = failure(rule, made.value());
            if (failure != null) {
                T smallest = shrunk(made, rule);
                Throwable why = failure(rule, smallest);
                throw new AssertionError(
                        String.format(
                                Locale.ROOT,
                                "%s: input %d of %d breaks the rule; again with -Dfuzz.seed=%d -Dfuzz.times=%d%nas small as"
                                        + " it gets: %s%nas it was: %s",
                                name,
                                i + 1,
                                tries,
                                SEED,
                                TIMES,
                                smallest,
                                made.value()),
                        why == null ? failure : why);
            }
        }
        System.out.printf(Locale.ROOT, "%s: %d inputs from the seed %d%n", name, tries, SEED);
    }

    /** Goes on with the first smaller input that breaks the rule too, as long as there is one. */
    private static <T> T shrunk(Shrinkable<? extends T> made, Rule<T> rule) {
        Shrinkable<? extends T> smallest = made;
        int tried = 0;
        Iterator<? extends Shrinkable<? extends T>> smaller = smallest.shrink().iterator();
        while (smaller.hasNext() && tried++ < MAX_SHRINKINGS) {
            Shrinkable<? extends T> candidate = smaller.next();
            if (failure(rule, candidate.value()) != null) {
                smallest = candidate;
                smaller = candidate.shrink().iterator();
            }
        }
        return smallest.value();
    }

    private static <T> Throwable failure(Rule<T> rule, T input) {
        try {
            rule.hold(input);
            return null;
        } catch (Exception | AssertionError | StackOverflowError e) {
            return e;
        }
    }

    private static <T> void within(ExecutorService thread, Rule<T> rule, T input) throws Exception {
        try {
            thread.submit(() -> {
                        rule.hold(input);
                        return null;
                    })
                    .get(HANGS_AFTER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // Its thread is lost, and with it all that would come behind it.
            throw new IllegalStateException("hangs: " + input, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }
}
