package dev.posthaste;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a test awaits without saying for how long it awaits as long as a busy machine may take, not ten seconds. */
public final class Patience implements BeforeAllCallback {
    private static final Duration OF_A_BUSY_MACHINE = Duration.ofSeconds(30);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(OF_A_BUSY_MACHINE);
    }
}
