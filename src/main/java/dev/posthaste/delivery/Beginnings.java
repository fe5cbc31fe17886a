package dev.posthaste.delivery;

import dev.posthaste.db.GroupCommit;
import dev.posthaste.db.Transaction;
import dev.posthaste.jobs.DueJobDao;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import javax.sql.DataSource;

/**
 * Notes durably that jobs begin which were interrupted before, together with those of other deliveries: after a node with
 * a thousand in flight has died, all of those begin at the same time, and there are a dozen connections. Thread-safe.
 */
final class Beginnings implements AutoCloseable {
    private static final int LARGEST_GROUP = 500;

    private final GroupCommit<Note, Boolean> notes;

    private record Note(long jobId, boolean begins) {}

    /** Starts the writer. */
    Beginnings(DataSource database, DueJobDao dueJobs) {
        this.notes = new GroupCommit<>(
                "beginning",
                database,
                (transaction, group) -> write(dueJobs, transaction, group),
                GroupCommit.WhileAway.FAIL,
                LARGEST_GROUP);
    }

    /** Returns when it is durable that the job begins. */
    void begins(long jobId) throws SQLException, InterruptedException {
        notes.submit(new Note(jobId, true));
    }

    /** Takes that back: nothing of it has left. */
    void hasNotBegun(long jobId) throws SQLException, InterruptedException {
        notes.submit(new Note(jobId, false));
    }

    /** Fails when the writer has ended: nothing that was interrupted could begin any more. */
    void mustBeWritable() {
        boolean unused = notes.isHeldUp();
    }

    /** How many wait for the writer. */
    int waiting() {
        return notes.backlog();
    }

    @Override
    public void close() {
        notes.close();
    }

    private static List<Boolean> write(DueJobDao dueJobs, Transaction transaction, List<Note> group)
            throws SQLException {
        dueJobs.begin(transaction.connection(), ids(group, true));
        dueJobs.notBegun(transaction.connection(), ids(group, false));
        return Collections.nCopies(group.size(), true);
    }

    private static List<Long> ids(List<Note> group, boolean begins) {
        return group.stream()
                .filter(note -> note.begins() == begins)
                .map(Note::jobId)
                .sorted()
                .toList();
    }
}
