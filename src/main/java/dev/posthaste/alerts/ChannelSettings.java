package dev.posthaste.alerts;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is set of a channel.
 *
 * @param type never changes
 * @param target a URL, or the address to mail to
 * @param alertTypes what it is told, at least one
 */
public record ChannelSettings(ChannelType type, String target, Set<AlertType> alertTypes, boolean isActive) {
    /** Copies the set. */
    public ChannelSettings {
        alertTypes = Set.copyOf(alertTypes);
    }

    /** The names of the fields in which this differs. */
    public List<String> changedFrom(ChannelSettings before) {
        List<String> fields = new ArrayList<>();
        if (!target.equals(before.target)) {
            fields.add(type == ChannelType.EMAIL ? "to" : "url");
        }
        if (!alertTypes.equals(before.alertTypes)) {
            fields.add("alert_types");
        }
        if (isActive != before.isActive) {
            fields.add("is_active");
        }
        return fields;
    }

    /** In the order in which they are shown. */
    public List<String> alertTypeNames() {
        return new TreeSet<>(alertTypes).stream().map(AlertType::contractName).toList();
    }
}
