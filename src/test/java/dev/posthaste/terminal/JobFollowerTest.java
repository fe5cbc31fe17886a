package dev.posthaste.terminal;

import static dev.posthaste.system.RecordingReceiver.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.system.RecordingReceiver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each new job and each end is told, once, also where the server is away in the middle of a look. */
class JobFollowerTest {
    private static final String JOBS = "/api/jobs?limit=100";
    private static final String NONE = "{\"data\":[],\"next_cursor\":null}";

    private final List<String> told = new ArrayList<>();
    private RecordingReceiver server;
    private JobFollower follower;

    @BeforeEach
    void start() throws IOException {
        server = new RecordingReceiver();
        server.script(JOBS, answering(200, page("null", job(1, "completed"))));
        server.script("/api/jobs?status=processing&limit=100", answering(200, NONE));
        server.script("/api/jobs?status=pending&limit=100", answering(200, NONE));
        ApiClient api = new ApiClient(new ServerAddress(server.url("")), "t", "test");
        follower = new JobFollower(api, Map.of(), new Told());
        follower.begin();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatALookHasReadAndNotToldIsToldByTheNext() {
        server.script(JOBS, answering(200, page("\"c\"", job(3, "completed"))));
        server.script("/api/jobs?limit=100&cursor=c", answering(503, "{\"error\":\"Not now.\"}"));
        assertThatThrownBy(follower::look).isInstanceOf(CommandFailure.class);
        assertThat(told).isEmpty();
        server.script(
                "/api/jobs?limit=100&cursor=c", answering(200, page("null", job(2, "pending"), job(1, "completed"))));

        server.script("/api/jobs/2", answering(200, job(2, "pending")));

        follower.look();
        follower.look();

        assertThat(told).containsExactly("accepted 2", "accepted 3", "ended 3 completed");
    }

    @Test
    void anEndWhoseReasonCannotBeAskedForIsToldByTheNextLook() {
        server.script(JOBS, answering(200, page("null", job(3, "completed"), job(2, "failed"), job(1, "completed"))));
        server.script("/api/jobs/2", answering(503, "{\"error\":\"Not now.\"}"));
        assertThatThrownBy(follower::look).isInstanceOf(CommandFailure.class);
        assertThat(told).containsExactly("accepted 2");
        server.script("/api/jobs/2", answering(200, job(2, "failed")));

        follower.look();
        follower.look();

        assertThat(told).containsExactly("accepted 2", "ended 2 failed", "accepted 3", "ended 3 completed");
    }

    @Test
    void whatWaitedAndHasEndedIsToldOnce() {
        server.script(JOBS, answering(200, page("null", job(2, "pending"), job(1, "completed"))));
        follower.look();
        server.script(JOBS, answering(200, page("null", job(2, "completed"), job(1, "completed"))));

        follower.look();
        follower.look();

        assertThat(told).containsExactly("accepted 2", "ended 2 completed");
    }

    /** A page for a rare filter may be empty, and others follow. */
    @Test
    void whatIsBehindAnEmptyPageIsToldAsWell() {
        server.script(JOBS, answering(200, page("\"c\"")));
        server.script(
                "/api/jobs?limit=100&cursor=c", answering(200, page("null", job(2, "completed"), job(1, "completed"))));

        follower.look();

        assertThat(told).containsExactly("accepted 2", "ended 2 completed");
    }

    @Test
    void whatWasThereOnAnyPageIsTakenAsKnown() {
        server.script(JOBS, answering(200, page("\"c\"", job(9, "completed"))));
        server.script("/api/jobs?limit=99&cursor=c", answering(200, page("\"d\"", job(5, "completed"))));
        server.script("/api/jobs?limit=98&cursor=d", answering(200, page("null")));
        JobFollower other =
                new JobFollower(new ApiClient(new ServerAddress(server.url("")), "t", "test"), Map.of(), new Told());
        other.begin();

        other.look();

        assertThat(told).isEmpty();
    }

    private static String job(long id, String status) {
        return "{\"id\":" + id + ",\"status\":\"" + status + "\",\"scheduled_at\":\"2026-04-10T14:10:00+00:00\"}";
    }

    private static String page(String cursor, String... jobs) {
        return "{\"data\":[" + String.join(",", jobs) + "],\"next_cursor\":" + cursor + "}";
    }

    private final class Told implements JobFollower.Listener {
        @Override
        public void accepted(JsonFields job) {
            told.add("accepted " + job.text("id"));
        }

        @Override
        public void ended(JsonFields job) {
            told.add("ended " + job.text("id") + " " + job.text("status"));
        }

        @Override
        public void gone(long id) {
            told.add("gone " + id);
        }

        @Override
        public void untold(String why) {
            told.add("untold " + why);
        }
    }
}
