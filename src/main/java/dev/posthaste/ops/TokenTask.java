package dev.posthaste.ops;

import dev.posthaste.teams.Teams;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/token} on the admin port: makes, lists and revokes tokens as the command does. */
public final class TokenTask extends Task {
    private static final String USAGE = "POST /tasks/token?action=create[&team=NAME][&name=NAME][&scopes=A,B]"
            + "[&expires_in=90d], ?action=list or ?action=revoke&id=ID";

    private final TokenActions actions;

    public TokenTask(TokenActions actions) {
        super("token");
        this.actions = actions;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws RefusedException {
        TaskParameters given = new TaskParameters(parameters, USAGE);
        try {
            switch (given.required("action")) {
                case "create" -> {
                    given.only("action", "team", "name", "scopes", "expires_in");
                    actions.create(
                            given.optional("team", Teams.DEFAULT),
                            given.optional("name", "task"),
                            given.optional("scopes"),
                            given.optional("expires_in"),
                            output);
                }
                case "list" -> {
                    given.only("action");
                    actions.list(output);
                }
                case "revoke" -> actions.revoke(id(given.only("action", "id")), output);
                default -> throw new RefusedException("There is no such action: " + USAGE);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    private static long id(TaskParameters given) throws RefusedException {
        String id = given.required("id");
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            // Not shown: it may be the token itself.
            throw new RefusedException("id is the number that the list shows.");
        }
    }
}
