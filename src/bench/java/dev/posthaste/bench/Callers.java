package dev.posthaste.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/** Blocking callers, each of which makes its next call when the former has returned. */
final class Callers {
    interface Call {
        /** Makes one call. Numbers count the calls of all callers, from 0. */
        void make(int number) throws Exception;
    }

    private Callers() {}

    /** Makes {@code total} calls with so many callers and returns how many a second. */
    static double rate(int callers, int total, Call call) throws Exception {
        return rate(callers, number -> number < total, call);
    }

    /** Makes calls with so many callers for so long and returns how many a second. */
    static double rate(int callers, Duration duration, Call call) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        return rate(callers, number -> System.nanoTime() < end, call);
    }

    private static double rate(int callers, IntPredicate goesOn, Call call) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger made = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(threads.submit(() -> {
                    start.await();
                    for (int number = next.getAndIncrement(); goesOn.test(number); number = next.getAndIncrement()) {
                        call.make(number);
                        made.incrementAndGet();
                    }
                    return null;
                }));
            }
            long started = System.nanoTime();
            start.countDown();
            for (Future<?> caller : running) {
                caller.get();
            }
            return made.get() / seconds(started);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Seconds since the given reading of {@link System#nanoTime}. */
    static double seconds(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1e9;
    }
}
