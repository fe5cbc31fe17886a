package dev.posthaste.quartz;

import org.quartz.ScheduleBuilder;
import org.quartz.SimpleTrigger;
import org.quartz.impl.triggers.SimpleTriggerImpl;
import org.quartz.spi.MutableTrigger;

/**
 * A one-shot as Quartz's API reads it from the table: a simple trigger that fires once and never misfires. Its class tells
 * the inherited store what it must not treat as one of its own.
 */
final class StoredOneShot extends SimpleTriggerImpl {
    private static final long serialVersionUID = 1L;

    StoredOneShot() {
        setMisfireInstruction(MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY);
    }

    static ScheduleBuilder<SimpleTrigger> schedule() {
        return new ScheduleBuilder<>() {
            @Override
            protected MutableTrigger build() {
                return new StoredOneShot();
            }
        };
    }
}
