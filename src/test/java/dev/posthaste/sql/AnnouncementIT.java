package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnnouncementIT {
    /** Its caller would do it again. */
    @Test
    void whatIsCommittedHasNotFailedWhenItCannotBeAnnounced() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                GroupCommit<String, String> writer = new GroupCommit<>(
                        "mute", database.dataSource(), new Mute(), GroupCommit.WhileAway.KEEP_TRYING, 10)) {
            assertThat(writer.enqueue("one").get(30, TimeUnit.SECONDS)).isEqualTo("wrote one");
            assertThat(writer.submit("two")).isEqualTo("wrote two");
            assertThat(writer.isHeldUp()).isFalse();
        }
    }

    private static final class Mute implements GroupCommit.Work<String, String> {
        @Override
        public List<String> write(Transaction transaction, List<String> entries) {
            transaction.afterCommit(() -> {
                throw new InternalError("a test's");
            });
            return entries.stream().map(entry -> "wrote " + entry).toList();
        }
    }
}
