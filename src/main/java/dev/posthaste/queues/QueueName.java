package dev.posthaste.queues;

/** A queue's name together with the team that owns it; case counts. */
public record QueueName(long teamId, String name) implements Comparable<QueueName> {
    /** One order for everybody who makes or locks several queues, so that they do not deadlock. */
    @Override
    public int compareTo(QueueName other) {
        int byTeam = Long.compare(teamId, other.teamId);
        return byTeam != 0 ? byTeam : name.compareTo(other.name);
    }
}
