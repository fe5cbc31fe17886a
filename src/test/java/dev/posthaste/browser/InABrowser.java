package dev.posthaste.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A class of tests that needs Chromium and its driver: skipped without them, unless they are required. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InABrowser.There.class)
@interface InABrowser {
    /** Whether they are on this machine. */
    final class There implements ExecutionCondition {
        private static final String MISSING =
                "There is no chromium with its chromedriver on the PATH (Debian: apt-get install chromium chromium-driver).";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Chromium.isThere()) {
                return ConditionEvaluationResult.enabled("Chromium is there.");
            }
            if ("required".equals(System.getenv("POSTHASTE_BROWSER"))) {
                throw new IllegalStateException(MISSING + " POSTHASTE_BROWSER says that it is required.");
            }
            return ConditionEvaluationResult.disabled("Not tested in a browser. " + MISSING);
        }
    }
}
