package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets concurrent callers share a transaction, and so a flush of the database's log.
 *
 * <p>A writer thread takes what is waiting, writes it in one transaction and wakes the callers after the commit. What
 * arrives meanwhile is the next group, see {@link Gathering}; a lone caller waits for nobody. When a group fails for a
 * reason of one entry, each entry is written by itself and only the guilty one fails. A group that is too much at once is
 * written in halves. Callers are held back when four of the largest groups wait. Thread-safe.
 *
 * @param <E> an entry, what one caller wants written
 * @param <R> the result that the caller gets
 */
public final class GroupCommit<E, R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int CONFLICT_TRIES = 10;
    private static final long FIRST_PAUSE_MS = 100;

    /** So often a group is tried as a whole that may be too much at once. */
    private static final int TRIES_AS_A_WHOLE = 2;

    /** Who writes longer than this does not get an answer from the database, and the process is to end in time. */
    private static final long MAX_END_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A group that takes longer is one whose answer does not come, or the database is too slow for more. */
    private static final long MAX_WRITING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long MAX_PAUSE_MS = 2_000;

    /** Writes a group in a transaction. */
    public interface Work<E, R> {
        /** Returns the results in the order of the entries. May be called again with the same entries after a rollback. */
        List<R> write(Transaction transaction, List<E> entries) throws SQLException;
    }

    /** Told of each group that was committed; must not hold the writer up. */
    public interface Observer {
        /** So many entries took so long, from the beginning of the transaction to its commit. */
        void committed(int entries, long nanos);
    }

    /** What to do while the database is away. */
    public enum WhileAway {
        /** Tell the callers at once. */
        FAIL,
        /** Keep the entries, and the callers waiting, until the database is back or the group commit is closed. */
        KEEP_TRYING
    }

    private record Pending<E, R>(E entry, CompletableFuture<R> result) {}

    private final String name;
    private final DataSource database;
    private final Work<E, R> work;
    private final WhileAway whileAway;
    private final @Nullable Duration firstPatience;
    private final Gathering<Pending<E, R>> waiting;
    private final Thread writer;
    private volatile boolean closed;
    private volatile long endNanos;
    private volatile boolean heldUp;
    private final LongSupplier nanoTime;
    private volatile long writingSince;
    private volatile boolean writing;
    private volatile Observer observer = (entries, nanos) -> {};

    /**
     * Starts the writer, a thread with a connection while it writes.
     *
     * @param maxGroup the most entries in one transaction
     */
    public GroupCommit(String name, DataSource database, Work<E, R> work, WhileAway whileAway, int maxGroup) {
        this(name, database, work, whileAway, null, maxGroup, System::nanoTime);
    }

    /**
     * Waits shorter at first: a connection that the network has forgotten is found out soon, and whoever keeps trying waits for
     * a database that is slow.
     *
     * @param firstPatience how long a group's first try waits for each answer over the network; later ones wait as long as the
     *     connection does
     */
    public GroupCommit(
            String name,
            DataSource database,
            Work<E, R> work,
            WhileAway whileAway,
            Duration firstPatience,
            int maxGroup) {
        this(name, database, work, whileAway, firstPatience, maxGroup, System::nanoTime);
    }

    /** @param nanoTime the machine's steady clock */
    GroupCommit(
            String name,
            DataSource database,
            Work<E, R> work,
            WhileAway whileAway,
            @Nullable Duration firstPatience,
            int maxGroup,
            LongSupplier nanoTime) {
        this.name = name;
        this.firstPatience = firstPatience;
        this.nanoTime = nanoTime;
        this.database = database;
        this.work = work;
        this.whileAway = whileAway;
        this.waiting = new Gathering<>(maxGroup * 4, maxGroup);
        this.writer = new Thread(this::run, name + "-writer");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Writes the entry and returns after the commit.
     *
     * @throws CommitUnknownException when the connection broke during the commit
     * @throws SQLException when nothing was written
     */
    public R submit(E entry) throws SQLException, InterruptedException {
        try {
            return enqueue(entry).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(name + " failed", e.getCause());
        }
    }

    /**
     * Has the entry written. What is returned completes after the commit, on the writer's thread, which must not be held
     * up; or fails as {@link #submit} does. Waits only while too many entries wait already.
     */
    public CompletableFuture<R> enqueue(E entry) throws InterruptedException {
        Pending<E, R> pending = new Pending<>(entry, new CompletableFuture<>());
        while (!waiting.offer(pending, Duration.ofSeconds(1))) {
            if (isOver()) {
                return CompletableFuture.failedFuture(closedFailure());
            }
        }
        if (isOver() && waiting.remove(pending)) {
            pending.result().completeExceptionally(closedFailure());
        }
        return pending.result();
    }

    /** From now on this one is told, in place of whoever was before. */
    public void observe(Observer now) {
        observer = now;
    }

    /** How many entries wait for a writer. */
    public int backlog() {
        return waiting.size();
    }

    /**
     * Whether what is to be written cannot be just now, and is tried again.
     *
     * @throws ThreadEndedException when nothing will be written any more, although nobody has closed this
     */
    public boolean isHeldUp() {
        if (!closed && !writer.isAlive()) {
            throw new ThreadEndedException(writer.getName());
        }
        return heldUp || (writing && nanoTime.getAsLong() - writingSince > MAX_WRITING_NANOS);
    }

    /**
     * Whether there is no use in waiting. What must be written waits on without a writer: it has happened, and to fail it
     * would have it done again.
     */
    private boolean isOver() {
        return closed || (whileAway == WhileAway.FAIL && !writer.isAlive());
    }

    /** No further group is begun. Does not wait. */
    public void end() {
        if (!closed) {
            endNanos = nanoTime.getAsLong() + MAX_END_NANOS;
            closed = true;
            writer.interrupt();
        }
    }

    /**
     * Ends the writer after what it is writing, which is awaited until a second after {@link #end}; entries that still wait
     * fail.
     */
    @Override
    public void close() {
        end();
        try {
            writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - nanoTime.getAsLong())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fail(waiting.takeAll(), closedFailure());
    }

    private SQLException closedFailure() {
        return new SQLException(name + " is closed", "57P01");
    }

    private void run() {
        try {
            writeUntilClosed();
        } finally {
            if (whileAway == WhileAway.FAIL) {
                fail(waiting.takeAll(), closedFailure());
            }
        }
    }

    private void writeUntilClosed() {
        while (!closed) {
            List<Pending<E, R>> group = List.of();
            try {
                group = waiting.take();
                writingSince = nanoTime.getAsLong();
                writing = true;
                write(group);
            } catch (InterruptedException e) {
                fail(group, closedFailure());
            } catch (LinkageError e) {
                end(group, e);
                return;
            } catch (RuntimeException | Error e) {
                // First, because telling it may fail as well, and end this thread.
                for (Pending<E, R> pending : group) {
                    pending.result().completeExceptionally(e);
                }
                LOG.error("{} failed for {} entries; their callers are told", name, group.size(), e);
            } finally {
                writing = false;
            }
        }
    }

    /** This program's file was written over, or is damaged: only a new process can write what is there. */
    private void end(List<Pending<E, R>> group, LinkageError cause) {
        if (whileAway == WhileAway.FAIL) {
            fail(group, new SQLException(name + " failed", cause));
        }
        LOG.error("{} cannot go on with {} entries: classes of this program are missing", name, group.size(), cause);
    }

    private void write(List<Pending<E, R>> group) throws InterruptedException {
        long pause = FIRST_PAUSE_MS;
        int tries = 0;
        Duration patience = firstPatience;
        for (int conflicts = 0; ; ) {
            long began = nanoTime.getAsLong();
            SQLException failure = tryToWrite(group, patience);
            patience = null;
            if (failure == null) {
                observer.committed(group.size(), nanoTime.getAsLong() - began);
                return;
            }
            SqlFailure meaning = SqlFailure.of(failure).orElse(SqlFailure.DATA);
            if (meaning == SqlFailure.CONFLICT && ++conflicts < CONFLICT_TRIES) {
                LOG.debug("{} conflicted with another transaction and is tried again", name, failure);
            } else if (meaning != SqlFailure.DATA) {
                if (whileAway == WhileAway.FAIL || closed) {
                    fail(group, failure);
                    return;
                }
                heldUp = true;
                LOG.warn("{} waits for the database with {} entries: {}", name, group.size(), failure.getMessage());
                pause = pauseThenDouble(pause);
                if (group.size() > 1 && ++tries >= TRIES_AS_A_WHOLE && SqlFailure.mayPassInPieces(failure)) {
                    write(group.subList(0, group.size() / 2));
                    write(group.subList(group.size() / 2, group.size()));
                    return;
                }
            } else if (group.size() == 1) {
                // The database takes what others have: one entry that it refuses keeps nobody waiting.
                heldUp = false;
                fail(group, failure);
                return;
            } else {
                writeOneByOne(group);
                return;
            }
        }
    }

    private void writeOneByOne(List<Pending<E, R>> group) throws InterruptedException {
        for (Pending<E, R> pending : group) {
            write(List.of(pending));
        }
    }

    /** @param patience null for the connection's own */
    private @Nullable SQLException tryToWrite(List<Pending<E, R>> group, @Nullable Duration patience) {
        List<E> entries = group.stream().map(Pending::entry).toList();
        List<R> results;
        List<Runnable> then;
        try (Connection connection = database.getConnection()) {
            NetworkPatience shorter = patience == null ? null : NetworkPatience.of(connection, patience);
            connection.setAutoCommit(false);
            try {
                Transaction transaction = new Transaction(connection);
                then = transaction.afterCommit();
                results = work.write(transaction, entries);
                transaction.commit();
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            } finally {
                leaveTransactionMode(connection, shorter);
            }
        } catch (SQLException e) {
            return e;
        } catch (RuntimeException e) {
            return new SQLException(name + " failed", e);
        } catch (LinkageError e) {
            throw e;
        } catch (Error e) {
            // Like any other fault of ours: it may be one entry's, and the others are written.
            LOG.error("{} failed with {} entries and was undone", name, entries.size(), e);
            return new SQLException(name + " failed", e);
        }
        // Before anybody is told: who goes on then finds no hold-up.
        heldUp = false;
        then.forEach(this::runAfterCommit);
        for (int i = 0; i < group.size(); i++) {
            group.get(i).result().complete(results.get(i));
        }
        return null;
    }

    /** What was committed is, whatever becomes of this: to fail its callers would have it done again. */
    @SuppressWarnings("IllegalCatch")
    private void runAfterCommit(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.error("{}: what was to follow a commit failed", name, e);
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** What was committed stays committed, whatever becomes of the connection afterwards. */
    private void leaveTransactionMode(Connection connection, @Nullable NetworkPatience shorter) {
        try {
            if (shorter != null) {
                shorter.end();
            }
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            LOG.debug("{}: a broken connection goes back to its pool, which will drop it", name, e);
        }
    }

    private void fail(List<Pending<E, R>> group, SQLException failure) {
        group.forEach(pending -> pending.result().completeExceptionally(failure));
    }

    private static long pauseThenDouble(long pause) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(pause);
        return Math.min(pause * 2, MAX_PAUSE_MS);
    }
}
