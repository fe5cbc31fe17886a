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
    static final int RECEIVER_PORT = 9000;

    private final Tokens tokens;
    private final PrintStream console;
    private final boolean reachesThisMachine;
    private final ServerLifecycleListener further;

    /**
     * @param reachesThisMachine whether jobs may reach the receiver of the example
     * @param further what is shown after it
     */
    FirstToken(Tokens tokens, PrintStream console, boolean reachesThisMachine, ServerLifecycleListener further) {
        this.tokens = tokens;
        this.console = console;
        this.reachesThisMachine = reachesThisMachine;
        this.further = further;
    }

    @Override
    public void serverStarted(Server server) {
        tokens.createFirst().ifPresent(secret -> {
            show(secret, getLocalPort(server));
            further.serverStarted(server);
        });
    }

    private void show(TokenSecret secret, int port) {
        console.println("""

                Your first API token, shown this once:

                    TOKEN=%s

                Start something that receives, with "make receive" or "java -jar target/posthaste.jar receive",
                and push a job that is due in two seconds:

                    curl -X POST http://localhost:%d/api/jobs \\
                      -H "Authorization: Bearer %s" \\
                      -H "Content-Type: application/json" \\
                      -d '{"queue": "emails", "url": "http://localhost:9000/send", "payload": {"subject": "Welcome!"}, \
                "callback_url": "http://localhost:9000/callback", "delay": 2}'
                """.formatted(secret.value(), port, secret.value()));
        if (!reachesThisMachine) {
            console.println("""
                    Jobs may not reach this machine: for the example start the server with
                    POSTHASTE_EGRESS_ALLOW=127.0.0.0/8,::1/128, as "make run" does.
                    """);
        }
    }
}
