package dev.posthaste.quartz;

import java.sql.Connection;
import org.quartz.JobDetail;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.TriggerPersistenceDelegate;
import org.quartz.spi.OperableTrigger;

/** Lets the inherited store read one-shots, for example to show them: there is no extension row to read. */
final class OneShotPersistence implements TriggerPersistenceDelegate {
    @Override
    public void initialize(String tablePrefix, String schedulerName) {}

    @Override
    public boolean canHandleTriggerType(OperableTrigger trigger) {
        return trigger instanceof OneShotTrigger || trigger instanceof StoredOneShot;
    }

    @Override
    public String getHandledTriggerTypeDiscriminator() {
        return OneShotTrigger.TYPE;
    }

    @Override
    public int insertExtendedTriggerProperties(
            Connection connection, OperableTrigger trigger, String state, JobDetail job) {
        return 1;
    }

    @Override
    public int updateExtendedTriggerProperties(
            Connection connection, OperableTrigger trigger, String state, JobDetail job) {
        return 1;
    }

    @Override
    public int deleteExtendedTriggerProperties(Connection connection, TriggerKey key) {
        // None: others are asked then, who may have a row for the key.
        return 0;
    }

    @Override
    public TriggerPropertyBundle loadExtendedTriggerProperties(Connection connection, TriggerKey key) {
        return new TriggerPropertyBundle(StoredOneShot.schedule(), null, null);
    }
}
