package dev.posthaste.operations;

import dev.posthaste.jobs.ChainSearch;
import dev.posthaste.jobs.FoundChain;
import dev.posthaste.steering.SteerChains;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Does the next slice of an operation whose row the transaction has locked: looks at a bounded number of jobs, and does it to
 * a bounded number of chains, of a bounded size. Thread-safe.
 */
final class OperationSlice {
    /** So many jobs a statement looks at, and so many chains a slice changes. */
    static final int WINDOW = 1_000;

    private static final int MIN_WINDOW = 100;

    /** With their runs, each of which may hold an answer of 64 KiB. */
    static final int MAX_PURGED = 100;

    /** So many windows without anything to change a slice looks at. */
    private static final int MAX_WINDOWS = 10;

    /** A replay copies the request: so many bytes of them in one transaction. */
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    /** Of a rate, so that a slice is short and the rate holds from one to the next. */
    private static final int SLICES_A_SECOND = 4;

    private static final int MS = 1_000;

    private final ChainSearch search;
    private final SteerChains steering;

    OperationSlice(ChainSearch search, SteerChains steering) {
        this.search = search;
        this.steering = steering;
    }

    /** What was done, with what is to be announced after the commit. */
    record Done(OperationDao.Progress progress, SteerChains.Steered steered) {}

    Done next(Connection connection, Operation operation) throws SQLException {
        return operation.isDryRun() ? count(connection, operation) : change(connection, operation);
    }

    private Done count(Connection connection, Operation operation) throws SQLException {
        ChainSearch.Window window = new ChainSearch.Window(List.of(), operation.after(), true);
        int matched = 0;
        int allowed = 0;
        for (int i = 0; i < MAX_WINDOWS && window.hasMore(); i++) {
            window = search.next(connection, operation.scope(), window.last(), WINDOW);
            matched += window.chains().size();
            allowed += (int) window.chains().stream()
                    .filter(operation.action()::isAllowed)
                    .count();
        }
        return new Done(
                new OperationDao.Progress(
                        window.last(), !window.hasMore(), matched, 0, matched - allowed, Duration.ZERO),
                SteerChains.Steered.NOTHING);
    }

    private Done change(Connection connection, Operation operation) throws SQLException {
        ChainSearch.Window window = new ChainSearch.Window(List.of(), operation.after(), true);
        for (int i = 0; i < MAX_WINDOWS && window.hasMore() && window.chains().isEmpty(); i++) {
            window = search.next(connection, operation.scope(), window.last(), windowOf(operation));
        }
        List<FoundChain> found = taken(operation, window.chains());
        boolean isWhole = found.size() == window.chains().size();
        List<FoundChain> allowed =
                found.stream().filter(operation.action()::isAllowed).toList();
        SteerChains.Steered steered =
                allowed.isEmpty() ? SteerChains.Steered.NOTHING : steer(connection, operation, allowed);
        return new Done(
                new OperationDao.Progress(
                        isWhole ? window.last() : found.get(found.size() - 1).originalId(),
                        isWhole && !window.hasMore(),
                        found.size(),
                        steered.chains(),
                        found.size() - steered.chains(),
                        pause(operation, steered.chains())),
                steered);
    }

    /** What is done slowly is looked for in small pieces. */
    private static int windowOf(Operation operation) {
        Integer rate = operation.maxPerSecond();
        return rate == null ? WINDOW : Math.min(WINDOW, Math.max(MIN_WINDOW, rate));
    }

    /** The first of them: as many as the rate and the bytes allow, but one at least. */
    private static List<FoundChain> taken(Operation operation, List<FoundChain> chains) {
        Integer rate = operation.maxPerSecond();
        int atOnce = operation.action() == OperationAction.PURGE ? MAX_PURGED : WINDOW;
        int max = rate == null ? atOnce : Math.max(1, Math.min(atOnce, rate / SLICES_A_SECOND));
        List<FoundChain> taken = new ArrayList<>();
        long bytes = 0;
        int changed = 0;
        for (FoundChain chain : chains) {
            boolean isAllowed = operation.action().isAllowed(chain);
            bytes += isAllowed && operation.action() == OperationAction.REPLAY ? chain.bytes() : 0;
            if (isAllowed && changed > 0 && (changed == max || bytes > MAX_BYTES)) {
                return taken;
            }
            changed += isAllowed ? 1 : 0;
            taken.add(chain);
        }
        return taken;
    }

    private static Duration pause(Operation operation, int changed) {
        Integer rate = operation.maxPerSecond();
        return rate == null ? Duration.ZERO : Duration.ofMillis(((long) changed * MS + rate - 1) / rate);
    }

    private SteerChains.Steered steer(Connection connection, Operation operation, List<FoundChain> chains)
            throws SQLException {
        return switch (operation.action()) {
            case REPLAY -> steering.replay(connection, operation.teamId(), chains);
            case CANCEL -> steering.cancel(connection, chains);
            case PURGE ->
                steering.purge(
                        connection,
                        operation.teamId(),
                        chains,
                        operation.filter().replayed());
        };
    }

    void committed(Done done) {
        steering.committed(done.steered());
    }
}
