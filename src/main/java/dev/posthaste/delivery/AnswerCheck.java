package dev.posthaste.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.posthaste.assertions.Assertion;
import dev.posthaste.assertions.AssertionText;
import dev.posthaste.assertions.Observed;
import dev.posthaste.assertions.ObservedBody;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.sql.StorableText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a 2xx answer against the success assertions of its queue. Thread-safe. */
final class AnswerCheck {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerCheck.class);
    private static final int MAX_REMEMBERED = 1_000;

    /** By their text: the queues of a node have few different ones. */
    private final Cache<String, List<Assertion>> parsed =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

    /** The exchange as it is, or as a failure by the first assertion that does not hold. */
    Exchange check(String assertions, Exchange exchange) {
        Answer answer = exchange.answer();
        if (assertions.equals(AssertionText.NONE) || answer == null || exchange.failure() != null) {
            return exchange;
        }
        Optional<String> objection = objection(assertions, answer, exchange.took());
        return objection.isEmpty() ? exchange : exchange.failed(FailureReason.ASSERTION_FAILED, objection.get());
    }

    private Optional<String> objection(String text, Answer answer, Duration took) {
        List<Assertion> assertions;
        try {
            assertions = parsed.get(text, AssertionText::read);
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "Success assertions that cannot be read fail the attempt; save the queue's anew: {}",
                    StorableText.line(text),
                    e);
            return Optional.of("The success assertions of the queue cannot be read.");
        }
        Observed observed = new Observed(answer.status(), answer.headers(), observed(answer.body()), took);
        for (Assertion assertion : assertions) {
            Optional<String> objection = assertion.objection(observed);
            if (objection.isPresent()) {
                return Optional.of(assertion.label() + " does not hold: " + objection.get() + ".");
            }
        }
        return Optional.empty();
    }

    private static ObservedBody observed(ResponseText body) {
        return body.encoding() == null
                ? new ObservedBody(body.text(), true, body.truncated())
                : new ObservedBody(
                        new String(Base64.getDecoder().decode(body.text()), StandardCharsets.UTF_8),
                        false,
                        body.truncated());
    }
}
