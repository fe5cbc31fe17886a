package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks hosts up with an end to the waiting, which the system's resolver does not have: a lookup that hangs keeps a
 * thread of its own, not the one that delivers. All who ask for one name at the same time share one lookup. Owners whose
 * names' servers are silent leave threads to the others. Who finds no thread waits for one, as long as its exchange may
 * take. Thread-safe.
 */
final class TimedLookup implements AutoCloseable {
    static final int MAX_THREADS = 512;
    static final int MAX_OF_ONE_OWNER = MAX_THREADS / 4 * 3;

    private static final int STACK_BYTES = 256 * 1024;
    private static final int IDLE_SECONDS = 30;

    private final HostLookup lookup;
    private final ThreadPoolExecutor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Lookup> underWay = new HashMap<>();
    private final Map<Asked, Lookup> waiting = new HashMap<>();
    private final FairTurns<Lookup> turns = new FairTurns<>(MAX_THREADS, MAX_OF_ONE_OWNER);

    TimedLookup(HostLookup lookup) {
        this.lookup = lookup;
        // The turns bound it; a bound of its own would refuse a lookup while the thread of the last one is just going
        // idle.
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(null, task, "posthaste-lookup", STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** @param owner for whose sake the name is looked up */
    InetAddress[] addressesOf(String host, long owner, Duration atMost) throws UnknownHostException {
        Lookup shared = join(host, owner);
        try {
            return shared.addresses.get(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException) {
                throw failure("The name " + host + " is not known.", e);
            }
            throw failure("The name " + host + " could not be looked up.", e);
        } catch (TimeoutException e) {
            throw failure("The name " + host + " could not be looked up in time.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("Looking up " + host + " was interrupted.", e);
        } finally {
            leave(shared);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private Lookup join(String host, long owner) {
        lock.lock();
        try {
            Lookup shared = underWay.get(host);
            if (shared == null) {
                shared = waiting.computeIfAbsent(new Asked(owner, host), this::await);
            }
            shared.asking++;
            startNext();
            return shared;
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. What waits is its owner's alone: nobody waits for the turn of another. */
    private Lookup await(Asked asked) {
        Lookup lookup = new Lookup(asked);
        turns.add(asked.owner(), lookup);
        return lookup;
    }

    /** How many ask for a name that is being looked up. */
    int asking(String host) {
        lock.lock();
        try {
            Lookup shared = underWay.get(host);
            return shared == null ? 0 : shared.asking;
        } finally {
            lock.unlock();
        }
    }

    /** How many lookups wait for their turn. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** A lookup that has not begun is not made when nobody asks any more. */
    private void leave(Lookup shared) {
        lock.lock();
        try {
            shared.asking--;
            if (shared.asking == 0 && waiting.remove(shared.asked, shared)) {
                turns.remove(shared.asked.owner(), shared);
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private void startNext() {
        for (Lookup next = turns.next(); next != null; next = turns.next()) {
            waiting.remove(next.asked);
            Lookup same = underWay.get(next.asked.host());
            if (same == null) {
                start(next);
            } else {
                turns.ended(next.asked.owner());
                Lookup joined = next;
                CompletableFuture<?> unused = same.addresses.whenComplete(joined::complete);
            }
        }
    }

    private void start(Lookup next) {
        underWay.put(next.asked.host(), next);
        try {
            threads.execute(() -> run(next));
        } catch (RuntimeException | Error e) {
            // No thread to be had, or the end of the server: the others keep their turns.
            end(next);
            next.complete(null, e);
        }
    }

    private void run(Lookup begun) {
        InetAddress[] addresses = null;
        Throwable failure = null;
        try {
            addresses = lookup.addressesOf(begun.asked.host());
        } catch (UnknownHostException | RuntimeException | Error e) {
            failure = e;
        }
        lock.lock();
        try {
            end(begun);
            startNext();
        } finally {
            lock.unlock();
        }
        begun.complete(addresses, failure);
    }

    /** With the lock held. */
    private void end(Lookup begun) {
        underWay.remove(begun.asked.host());
        turns.ended(begun.asked.owner());
    }

    private static UnknownHostException failure(String message, @Nullable Throwable cause) {
        UnknownHostException failure = new UnknownHostException(message);
        failure.initCause(cause);
        return failure;
    }

    private record Asked(long owner, String host) {}

    /** A lookup for all who ask for the name meanwhile. */
    private static final class Lookup {
        private final Asked asked;
        private final CompletableFuture<InetAddress[]> addresses = new CompletableFuture<>();

        /** Guarded by the lock. */
        private int asking;

        Lookup(Asked asked) {
            this.asked = asked;
        }

        void complete(InetAddress @Nullable [] found, @Nullable Throwable failure) {
            if (found == null) {
                addresses.completeExceptionally(
                        failure == null ? new IllegalStateException("a lookup without a result") : failure);
            } else {
                addresses.complete(found);
            }
        }
    }
}
