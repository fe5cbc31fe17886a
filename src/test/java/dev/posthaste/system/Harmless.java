package dev.posthaste.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.jobs.TargetUrl;
import java.util.Set;

/** Sees to it that nothing of a test leaves the machine: which pushes may be accepted and sent. */
final class Harmless {
    private static final int NEVER = 80_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> hosts;

    /** @param hosts of this machine, as they are read from a URL */
    Harmless(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    /** Whether whatever is accepted of the body goes to hosts of this machine, or not before the test has ended. */
    boolean test(String body) {
        try {
            JsonNode read = JSON.readTree(body);
            if (read.path("jobs").isArray()) {
                for (JsonNode job : read.get("jobs")) {
                    if (!isHarmless(job)) {
                        return false;
                    }
                }
            }
            return isHarmless(read);
        } catch (JsonProcessingException e) {
            // What is not JSON is not accepted: JsonFuzzTest.
            return true;
        }
    }

    private boolean isHarmless(JsonNode job) {
        return job.path("delay").asInt() >= NEVER || (isHere(job.path("url")) && isHere(job.path("callback_url")));
    }

    private boolean isHere(JsonNode url) {
        return !url.isTextual()
                || TargetUrl.parse(url.textValue())
                        .map(target -> hosts.contains(target.host()))
                        .orElse(true);
    }
}
