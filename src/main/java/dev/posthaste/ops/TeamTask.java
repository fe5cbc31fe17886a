package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/team} on the admin port: makes, lists, renames and deletes teams as the command does. */
public final class TeamTask extends Task {
    private static final String USAGE = "POST /tasks/team?action=create&name=NAME, ?action=list,"
            + " ?action=rename&name=NAME&to=NAME or ?action=delete&name=NAME[&everything=true]";

    private final TeamActions actions;

    public TeamTask(TeamActions actions) {
        super("team");
        this.actions = actions;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output)
            throws RefusedException, SQLException {
        TaskParameters given = new TaskParameters(parameters, USAGE);
        try {
            switch (given.required("action")) {
                case "create" -> actions.create(given.only("action", "name").required("name"), output);
                case "list" -> {
                    given.only("action");
                    actions.list(output);
                }
                case "rename" -> {
                    given.only("action", "name", "to");
                    actions.rename(given.required("name"), given.required("to"), output);
                }
                case "delete" -> {
                    given.only("action", "name", "everything");
                    actions.delete(given.required("name"), given.flag("everything"), output);
                }
                default -> throw new RefusedException("There is no such action: " + USAGE);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }
}
