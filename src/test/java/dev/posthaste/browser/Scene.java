package dev.posthaste.browser;

import dev.posthaste.audit.Actor;
import dev.posthaste.signing.TestKeys;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerInside;
import dev.posthaste.system.ServerProcess;
import dev.posthaste.teams.LoginLinks;
import dev.posthaste.teams.Scopes;
import io.dropwizard.testing.ConfigOverride;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** A server that may reach this machine, something that receives what it sends, and somebody before a browser. */
final class Scene implements AutoCloseable {
    private final RecordingReceiver receiver;
    private final ServerInside server;
    private final Chromium browser;
    private final Api api;
    private final Page page;

    Scene() throws Exception {
        receiver = new RecordingReceiver();
        server = new ServerInside(
                ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"),
                ConfigOverride.config("failedAuthenticationsPerMinute", "0"),
                ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
        browser = new Chromium();
        api = new Api(server.port(), ServerProcess.TOKEN);
        page = browser.page("http://127.0.0.1:" + server.port() + "/");
    }

    RecordingReceiver receiver() {
        return receiver;
    }

    ServerInside server() {
        return server;
    }

    Api api() {
        return api;
    }

    Page page() {
        return page;
    }

    /** Signed in with a token that may do everything. */
    Page signedIn() {
        return page.signIn(ServerProcess.TOKEN);
    }

    /** A new token with these scopes. */
    String token(String name, String... scopes) {
        return token(api, name, List.of(scopes));
    }

    private static String token(Api api, String name, Collection<String> scopes) {
        return Api.json(api.post(
                        "/api/tokens",
                        "{\"name\": \"" + name + "\", \"scopes\": [\"" + String.join("\", \"", scopes) + "\"]}"))
                .get("token")
                .asText();
    }

    /** A token that may do everything in a team that is made for it. */
    String newTeam(String name) {
        return token(server.apiOfTeam(name), "of " + name, Scopes.EVERY.names());
    }

    /** The code of a link that signs in once. */
    String link() {
        return new LoginLinks(Jdbi.create(server.database().dataSource()), new SecureRandom())
                .make("default", null, Actor.COMMAND_LINE)
                .orElseThrow()
                .value();
    }

    /** Pushes a job to the receiver, with more of its fields as JSON, each after a comma. */
    long push(String queue, String path, String more) {
        return api.push("{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\"" + more + "}");
    }

    @Override
    public void close() {
        browser.close();
        server.close();
        receiver.close();
    }
}
