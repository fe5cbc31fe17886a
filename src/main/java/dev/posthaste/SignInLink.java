package dev.posthaste;

import dev.posthaste.audit.Actor;
import dev.posthaste.teams.LoginLinks;
import dev.posthaste.teams.SessionSecret;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.TokenSecret;
import io.dropwizard.lifecycle.ServerLifecycleListener;
import java.io.PrintStream;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/** Shows a link on the console that signs in to the dashboard once: not in the log, which others read. */
final class SignInLink implements ServerLifecycleListener {
    private final LoginLinks links;
    private final PrintStream console;
    private final String url;
    private final @Nullable TokenSecret secret;

    /**
     * @param url by which a browser reaches the server
     * @param secret of the token that it signs in with; null for one of the team {@code default}
     */
    SignInLink(LoginLinks links, PrintStream console, String url, @Nullable TokenSecret secret) {
        this.links = links;
        this.console = console;
        this.url = url;
        this.secret = secret;
    }

    @Override
    public void serverStarted(Server server) {
        Optional<SessionSecret> code =
                secret == null ? links.make(Teams.DEFAULT, null, Actor.SERVER) : links.make(secret, Actor.SERVER);
        // In the fragment, which no browser sends: neither a log nor the next page's server gets to know it.
        code.ifPresent(made -> console.println("""

                Sign in (once, within %d minutes):

                    %s/#login=%s
                """.formatted(LoginLinks.LASTS.toMinutes(), url, made.value())));
    }
}
