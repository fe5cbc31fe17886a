package dev.posthaste.ops;

import dev.posthaste.jobs.OwedTriggers;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, a page at a time, for triggers of what is not pending, or not there, and removes them. Remembers where it was. Used by
 * one thread at a time.
 */
final class StrayTriggers {
    private static final Logger LOG = LoggerFactory.getLogger(StrayTriggers.class);
    private static final int PAGE = 2_000;
    private static final int TOLD = 20;
    private static final Pattern NAME = Pattern.compile("[a-z][0-9]{1,18}");

    private final Map<String, OwedTriggers> owed;
    private final OneMoment moments;
    private final OneShots oneShots;
    private OneShotKey upTo = OneShots.Waiting.START;

    /** @param owed what knows which triggers there should be, by their kind; what is of another kind is let be */
    StrayTriggers(Map<String, OwedTriggers> owed, OneMoment moments, OneShots oneShots) {
        this.owed = Map.copyOf(owed);
        this.moments = moments;
        this.oneShots = oneShots;
    }

    /** Begins at the beginning. */
    void restart() {
        upTo = OneShots.Waiting.START;
    }

    /** Removes until the share is used up, or all was looked at; returns how many. */
    int mend(Share share) throws SQLException {
        int found = 0;
        do {
            OneShotKey from = upTo;
            Page page = moments.run(connection -> remove(connection, from));
            found += page.removed();
            upTo = page.upTo();
        } while (!upTo.equals(OneShots.Waiting.START) && share.isLeft());
        return found;
    }

    private record Page(int removed, OneShotKey upTo) {}

    private Page remove(Connection connection, OneShotKey from) throws SQLException {
        List<OneShots.Waiting> page = oneShots.waitingAfter(connection, from, PAGE);
        Map<String, List<OneShotKey>> byKind = page.stream()
                .collect(Collectors.groupingBy(
                        OneShots.Waiting::kind, Collectors.mapping(OneShots.Waiting::key, Collectors.toList())));
        Set<OneShotKey> strays = new HashSet<>();
        for (Map.Entry<String, List<OneShotKey>> kind : byKind.entrySet()) {
            Set<OneShotKey> keys = new HashSet<>(kind.getValue());
            keys.removeAll(wanted(connection, kind.getKey(), kind.getValue()));
            strays.addAll(keys);
        }
        boolean isLast = page.size() < PAGE;
        return new Page(
                strays.isEmpty() ? 0 : remove(connection, strays),
                isLast ? OneShots.Waiting.START : page.get(page.size() - 1).key());
    }

    private int remove(Connection connection, Set<OneShotKey> strays) throws SQLException {
        Set<OneShotKey> removed = oneShots.remove(connection, strays);
        if (!removed.isEmpty()) {
            LOG.warn(
                    "Removed the triggers {}: what they were to send is not pending, or is not there",
                    removed.stream().limit(TOLD).toList());
        }
        return removed.size();
    }

    private Collection<OneShotKey> wanted(Connection connection, String kind, List<OneShotKey> keys)
            throws SQLException {
        OwedTriggers known = owed.get(kind);
        if (known == null) {
            return keys;
        }
        // One that is named as none of ours is wanted by nothing.
        List<Long> ids = keys.stream()
                .filter(key -> NAME.matcher(key.name()).matches())
                .map(key -> Triggers.idOf(key))
                .toList();
        return known.wanted(connection, ids);
    }
}
