package dev.posthaste.quartz;

import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import java.sql.Connection;
import java.sql.SQLException;
import org.quartz.JobPersistenceException;
import org.quartz.SimpleTrigger;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.spi.OperableTrigger;

/**
 * Quartz's JDBC store on the tables of {@code db/0002-quartz.sql}, usable by Quartz's own configuration
 * ({@code org.quartz.jobStore.class}). What is scheduled through Quartz's API is kept and fired as Quartz does it. One-shots
 * stand beside it: this store shows, pauses and resumes them, but does not fire, remove or recover them.
 * {@link ClusteredScheduler} runs the kind of it that fires those too. Thread-safe.
 */
@SuppressWarnings({"unchecked", "JavaUtilDate"}) // JobStoreTX overrides a generic method without its type parameter
public class PostgresJobStore extends JobStoreTX {
    /** Configured by Quartz, through the setters. */
    @SuppressWarnings("this-escape") // to the setter of Quartz's own, which calls nothing of a subclass
    public PostgresJobStore() {
        useOwnDelegate();
    }

    /** Keeps the delegate that it needs in place of Quartz's own, which would claim one-shots by the inherited path. */
    @Override
    public void setDriverDelegateClass(String className) throws InvalidConfigurationException {
        boolean isStock = className.startsWith("org.quartz.impl.jdbcjobstore.");
        super.setDriverDelegateClass(isStock ? RecurringTriggerDelegate.class.getName() : className);
    }

    /** A one-shot never misfires; and what the inherited store would write for it could undo a claim. */
    @Override
    protected boolean updateMisfiredTrigger(
            Connection connection, TriggerKey key, String newStateIfNotComplete, boolean forceState)
            throws JobPersistenceException {
        return !isOneShot(connection, key)
                && super.updateMisfiredTrigger(connection, key, newStateIfNotComplete, forceState);
    }

    /** A one-shot that waits is moved, and stays what it is. */
    @Override
    protected boolean replaceTrigger(Connection connection, TriggerKey key, OperableTrigger trigger)
            throws JobPersistenceException {
        if (!isOneShot(connection, key)) {
            return super.replaceTrigger(connection, key, trigger);
        }
        boolean firesOnce = trigger instanceof SimpleTrigger simple && simple.getRepeatCount() == 0;
        if (!firesOnce || !trigger.getKey().equals(key)) {
            throw new JobPersistenceException(
                    "The one-shot " + key + " can only be replaced by a trigger of the same key that fires once");
        }
        try {
            return new OneShots(getInstanceName())
                    .reschedule(
                            connection,
                            new OneShotKey(key.getGroup(), key.getName()),
                            trigger.getNextFireTime().toInstant(),
                            trigger.getPriority());
        } catch (SQLException e) {
            throw new JobPersistenceException("The one-shot " + key + " could not be moved: " + e.getMessage(), e);
        }
    }

    /** What an {@code Error} interrupted is not committed: giving the connection back would do that. */
    @Override
    protected void cleanupConnection(Connection connection) {
        rollbackConnection(connection);
        super.cleanupConnection(connection);
    }

    private boolean isOneShot(Connection connection, TriggerKey key) throws JobPersistenceException {
        return retrieveTrigger(connection, key) instanceof StoredOneShot;
    }

    private void useOwnDelegate() {
        try {
            super.setDriverDelegateClass(RecurringTriggerDelegate.class.getName());
        } catch (InvalidConfigurationException e) {
            throw new IllegalStateException("the delegate is in this package", e);
        }
    }
}
