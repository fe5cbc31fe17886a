package dev.posthaste.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Blocking callers, each of which makes its next call when the former has returned. */
final class Callers {
    interface Call {
        /** Makes one call. Numbers count the calls of all callers, from 0. */
        void make(int number) throws Exception;
    }

    private Callers() {}

    /** Makes {@code total} calls with so many callers and returns how many a second. */
    static double rate(int callers, int total, Call call) throws Exception {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(threads.submit(() -> {
                    start.await();
                    for (int number = next.getAndIncrement(); number < total; number = next.getAndIncrement()) {
                        call.make(number);
                    }
                    return null;
                }));
            }
            long started = System.nanoTime();
            start.countDown();
            for (Future<?> caller : running) {
                caller.get();
            }
            return total / seconds(started);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Seconds since the given reading of {@link System#nanoTime}. */
    static double seconds(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1e9;
    }
}
