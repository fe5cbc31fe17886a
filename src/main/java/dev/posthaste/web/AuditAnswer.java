package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditReader;
import dev.posthaste.audit.Thing;
import dev.posthaste.contract.ContractTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has done.
 *
 * @param actor the name of a token, or what else it was; {@code tokenId} is null then
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record AuditAnswer(
        long id,
        String at,
        String actor,
        @Nullable Long tokenId,
        @Nullable String address,
        String action,
        ThingAnswer thing,
        List<String> fields,
        @Nullable Long count) {
    static AuditAnswer of(AuditReader.Recorded recorded) {
        Actor actor = recorded.actor();
        Thing thing = recorded.thing();
        return new AuditAnswer(
                recorded.id(),
                ContractTime.millis(recorded.at()),
                actor.name(),
                actor.tokenId(),
                actor.address(),
                recorded.action(),
                new ThingAnswer(thing.type(), thing.id(), thing.name()),
                recorded.fields(),
                recorded.count());
    }

    /** What it was done to. */
    record ThingAnswer(
            String type, @Nullable Long id, @Nullable String name) {}
}
