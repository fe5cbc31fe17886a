package dev.posthaste.quartz;

import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.JobStoreTX;

/**
 * Quartz's JDBC store on the tables of {@code db/0002-quartz.sql}, usable by Quartz's own configuration
 * ({@code org.quartz.jobStore.class}): whatever is scheduled through Quartz's API is kept and fired as Quartz does it,
 * beside one-shots, which it leaves alone. {@link ClusteredScheduler} runs the kind of it that fires those too.
 * Thread-safe.
 */
@SuppressWarnings("unchecked") // JobStoreTX overrides a generic method without its type parameter
public class PostgresJobStore extends JobStoreTX {
    /** Configured by Quartz, through the setters. */
    public PostgresJobStore() {
        useOwnDelegate();
    }

    /**
     * Keeps the delegate that it needs: another one would claim one-shots by the inherited path.
     *
     * @throws InvalidConfigurationException for a class that is not a {@link RecurringTriggerDelegate}
     */
    @Override
    public void setDriverDelegateClass(String className) throws InvalidConfigurationException {
        boolean isStock = className.startsWith("org.quartz.impl.jdbcjobstore.");
        super.setDriverDelegateClass(isStock ? RecurringTriggerDelegate.class.getName() : className);
    }

    private void useOwnDelegate() {
        try {
            super.setDriverDelegateClass(RecurringTriggerDelegate.class.getName());
        } catch (InvalidConfigurationException e) {
            throw new IllegalStateException("the delegate is in this package", e);
        }
    }
}
