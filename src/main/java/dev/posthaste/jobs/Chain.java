package dev.posthaste.jobs;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A retry chain as those see it who change it.
 *
 * @param members every attempt, in order; never empty
 */
public record Chain(List<ChainMember> members) {
    /** Copies the list. */
    public Chain {
        members = List.copyOf(members);
    }

    /** The first attempt, which stands for all. */
    public ChainMember original() {
        return members.get(0);
    }

    /** The last attempt: of a dead letter the one that died. */
    public ChainMember last() {
        return members.get(members.size() - 1);
    }

    /** The attempt with that id. */
    public Optional<ChainMember> member(long jobId) {
        return members.stream().filter(member -> member.id() == jobId).findFirst();
    }

    /** The attempts that have not been concluded: at most one. */
    public List<ChainMember> pending() {
        return members.stream().filter(ChainMember::isPending).toList();
    }

    /** The ids of all attempts. */
    public Collection<Long> ids() {
        return members.stream().map(ChainMember::id).toList();
    }

    /** Whether it stands among the dead letters: it ended as one and has not been replayed. */
    public boolean isDeadLetter() {
        return hasEndedAsDeadLetter() && original().replayedAs() == null;
    }

    /** Whether it ended as a dead letter, replayed or not. */
    public boolean hasEndedAsDeadLetter() {
        return original().finalStatus() == FinalStatus.DEAD_LETTERED;
    }

    /** How its last attempt stands, for a caller who knows that no trigger of it waits. */
    public JobStatus lastStatus() {
        return last().isPending() ? JobStatus.PROCESSING : last().status();
    }
}
