package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.sql.GroupCommit;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class NodeThreadsTest {
    @Test
    void aWriterThatHasDiedIsNamedBesideTheSchedulersThreads() throws InterruptedException {
        GroupCommit<String, String> living = writer("living", new PGSimpleDataSource());
        GroupCommit<String, String> dying = writer("dying", new Deadly());
        NodeThreads threads =
                new NodeThreads(List.of(() -> List.of("posthaste-alarm")), List.of(living::isHeldUp, dying::isHeldUp));
        assertThat(threads.ended()).containsExactly("posthaste-alarm");

        assertThat(dying.enqueue("entry")).isNotNull();

        await().dontCatchUncaughtExceptions()
                .untilAsserted(() -> assertThat(threads.ended()).containsExactly("posthaste-alarm", "dying-writer"));
        living.close();
        dying.close();
    }

    private static GroupCommit<String, String> writer(String name, PGSimpleDataSource database) {
        return new GroupCommit<>(
                name, database, (transaction, entries) -> entries, GroupCommit.WhileAway.KEEP_TRYING, 10);
    }

    /** Whoever uses it dies of it, as where there is no memory even to tell so. */
    private static final class Deadly extends PGSimpleDataSource {
        private static final long serialVersionUID = 1;

        @Override
        public Connection getConnection() {
            throw new InternalError() {
                private static final long serialVersionUID = 1;

                @Override
                public String getMessage() {
                    throw this;
                }
            };
        }
    }
}
