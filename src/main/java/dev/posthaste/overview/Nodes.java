package dev.posthaste.overview;

import dev.posthaste.oneshots.Member;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.DeclaredNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which nodes there are: by their check-ins, and by what they told when they joined. */
final class Nodes {
    private Nodes() {}

    /** Those that have checked in or left something behind, by their names. */
    static List<NodeGlance> read(Connection connection, OneShots oneShots, Instant now) throws SQLException {
        Map<String, DeclaredNodes.Declared> declared = DeclaredNodes.read(connection);
        return oneShots.members(connection).stream()
                .map(member -> glance(member, declared.get(member.name()), now))
                .toList();
    }

    private static NodeGlance glance(Member member, DeclaredNodes.@Nullable Declared declared, Instant now) {
        return new NodeGlance(
                member.name(),
                state(member),
                declared == null ? null : declared.joinedAt(),
                member.isGone() ? null : now.plusMillis(member.leaseMs() - member.checkInAgeMs()),
                declared == null ? null : declared.version());
    }

    private static NodeGlance.State state(Member member) {
        if (member.isGone()) {
            return NodeGlance.State.GONE;
        }
        return member.checkInAgeMs() > member.leaseMs() ? NodeGlance.State.SILENT : NodeGlance.State.ALIVE;
    }
}
