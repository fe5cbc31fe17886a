package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks hosts up with an end to the waiting, which the system's resolver does not have: a lookup that hangs keeps a
 * thread of its own, not the one that delivers. Thread-safe.
 */
final class TimedLookup implements AutoCloseable {
    private static final int MOST_THREADS = 256;
    private static final int STACK_BYTES = 256 * 1024;

    private final HostLookup lookup;
    private final ThreadPoolExecutor threads;

    TimedLookup(HostLookup lookup) {
        this.lookup = lookup;
        this.threads = new ThreadPoolExecutor(0, MOST_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(null, task, "posthaste-lookup", STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        });
    }

    InetAddress[] addressesOf(String host, Duration atMost) throws UnknownHostException {
        Future<InetAddress[]> answer;
        try {
            answer = threads.submit(() -> lookup.addressesOf(host));
        } catch (RejectedExecutionException e) {
            throw failure("Too many names are being looked up; " + host + " was not.", e);
        }
        try {
            return answer.get(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw failure("The name " + host + " could not be looked up.", e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failure("The name " + host + " could not be looked up in time.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("Looking up " + host + " was interrupted.", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static UnknownHostException failure(String message, Throwable cause) {
        UnknownHostException failure = new UnknownHostException(message);
        failure.initCause(cause);
        return failure;
    }
}
