package dev.posthaste.intake;

import java.util.Optional;

/** What the teams of one group may still push, while nobody else can take of it. Not thread-safe. */
interface HeldTeams {
    /** Of a server without limits. */
    HeldTeams UNLIMITED = new HeldTeams() {
        @Override
        public Optional<IntakeResult> take(Submission submission) {
            return Optional.empty();
        }

        @Override
        public void writeLeft() {}
    };

    /** Takes what a submission needs, or says why it is refused. */
    Optional<IntakeResult> take(Submission submission);

    /** Has what is left written at the commit, once nothing more is taken. */
    void writeLeft();
}
