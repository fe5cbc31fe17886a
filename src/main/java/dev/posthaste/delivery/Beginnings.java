package dev.posthaste.delivery;

import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.GroupCommit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Notes durably that jobs begin which were interrupted before, together with those of other deliveries: after a node with
 * a thousand in flight has died, all of those begin at the same time, and there are a dozen connections. Thread-safe.
 */
final class Beginnings implements AutoCloseable {
    private static final int MAX_GROUP = 500;

    /** Longer than a lock is waited for. A connection on which nothing comes in this time is none. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final GroupCommit<Note, Boolean> notes;

    private record Note(ClaimedOneShot shot, boolean begins) {
        long jobId() {
            return Triggers.idOf(shot.key());
        }
    }

    /**
     * Starts the writer.
     *
     * @param oneShots says which firings are still this node's
     */
    Beginnings(DataSource database, DueJobDao dueJobs, OneShots oneShots) {
        this.notes = new GroupCommit<>(
                "beginning",
                database,
                (transaction, group) -> write(dueJobs, oneShots, transaction.connection(), group),
                GroupCommit.WhileAway.FAIL,
                PATIENCE,
                MAX_GROUP);
    }

    /** Returns when it is durable that the job of the firing begins; false when it must not: it is settled, or another node's. */
    boolean begin(ClaimedOneShot shot) throws SQLException, InterruptedException {
        return notes.submit(new Note(shot, true));
    }

    /** Takes that back, unless it is another node's by now: nothing of it has left. */
    void takeBack(ClaimedOneShot shot) throws SQLException, InterruptedException {
        notes.submit(new Note(shot, false));
    }

    /** Fails when the writer has ended: nothing that was interrupted could begin any more. */
    void mustBeWritable() {
        boolean unused = notes.isHeldUp();
    }

    /** How many wait for the writer. */
    int waiting() {
        return notes.backlog();
    }

    /** No further note is written. Does not wait. */
    void end() {
        notes.end();
    }

    @Override
    public void close() {
        notes.close();
    }

    private static List<Boolean> write(DueJobDao dueJobs, OneShots oneShots, Connection connection, List<Note> group)
            throws SQLException {
        Set<ClaimedOneShot> owned =
                oneShots.owned(connection, group.stream().map(Note::shot).toList());
        List<Note> ours =
                group.stream().filter(note -> owned.contains(note.shot())).toList();
        Set<Long> begun = dueJobs.begin(connection, ids(ours, true));
        dueJobs.notBegun(connection, ids(ours, false));
        return group.stream()
                .map(note -> owned.contains(note.shot()) && begun.contains(note.jobId()))
                .toList();
    }

    private static List<Long> ids(List<Note> group, boolean begins) {
        return group.stream()
                .filter(note -> note.begins() == begins)
                .map(Note::jobId)
                .sorted()
                .toList();
    }
}
