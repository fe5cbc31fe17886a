package dev.posthaste.intake;

import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * Finds the ids of queues by their names and makes those that are missing, in a transaction of its own. Remembers what
 * it found; the accepting transaction checks that it still holds. Thread-safe.
 */
public final class QueueResolver {
    private static final int MAX_REMEMBERED = 100_000;

    private final DataSource database;
    private final QueueDao queues;
    private final Map<QueueName, Long> remembered = new ConcurrentHashMap<>();

    /** Takes connections from {@code database} for short statements only. */
    public QueueResolver(DataSource database, QueueDao queues) {
        this.database = database;
        this.queues = queues;
    }

    ResolvedSubmission resolve(Submission submission) throws SQLException {
        List<Long> ids = idsOf(submission);
        if (ids.contains(null)) {
            find(submission);
            ids = idsOf(submission);
        }
        return new ResolvedSubmission(submission, ids);
    }

    void forget(Set<Long> queueIds) {
        remembered.values().removeAll(queueIds);
    }

    private List<Long> idsOf(Submission submission) {
        List<Long> ids = new ArrayList<>(submission.jobs().size());
        for (NewJob job : submission.jobs()) {
            ids.add(remembered.get(new QueueName(submission.teamId(), job.queue())));
        }
        return ids;
    }

    private void find(Submission submission) throws SQLException {
        Set<QueueName> names = new TreeSet<>();
        submission.jobs().forEach(job -> names.add(new QueueName(submission.teamId(), job.queue())));
        if (remembered.size() + names.size() > MAX_REMEMBERED) {
            remembered.clear();
        }
        try (Connection connection = database.getConnection()) {
            remembered.putAll(findOrMake(connection, names));
        }
    }

    private Map<QueueName, Long> findOrMake(Connection connection, Collection<QueueName> names) throws SQLException {
        Map<QueueName, Long> found = queues.idsOf(connection, names);
        if (found.size() < names.size()) {
            queues.makeMissing(connection, names);
            found = queues.idsOf(connection, names);
        }
        return found;
    }
}
