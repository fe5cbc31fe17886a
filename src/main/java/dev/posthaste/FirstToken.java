package dev.posthaste;

import dev.posthaste.teams.TokenSecret;
import dev.posthaste.teams.Tokens;
import io.dropwizard.lifecycle.ServerLifecycleListener;
import java.io.PrintStream;
import org.eclipse.jetty.server.Server;

/**
 * Makes the very first token, once the server is up, and shows it on the console with a call that works: not in the log,
 * which others read.
 */
final class FirstToken implements ServerLifecycleListener {
    private final Tokens tokens;
    private final PrintStream console;

    FirstToken(Tokens tokens, PrintStream console) {
        this.tokens = tokens;
        this.console = console;
    }

    @Override
    public void serverStarted(Server server) {
        tokens.createFirst().ifPresent(secret -> show(secret, getLocalPort(server)));
    }

    private void show(TokenSecret secret, int port) {
        console.println("""

                Your first API token, shown this once:

                    TOKEN=%s

                Push a job that is due in two seconds:

                    curl -X POST http://localhost:%d/api/jobs \\
                      -H "Authorization: Bearer %s" \\
                      -H "Content-Type: application/json" \\
                      -d '{"queue": "emails", "url": "http://localhost:9000/send", "payload": {"subject": "Welcome!"}, \
                "callback_url": "http://localhost:9000/callback", "delay": 2}'
                """.formatted(secret.value(), port, secret.value()));
    }
}
