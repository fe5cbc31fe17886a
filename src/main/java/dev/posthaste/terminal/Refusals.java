package dev.posthaste.terminal;

import dev.posthaste.json.MalformedJsonException;
import java.util.List;
import java.util.stream.Collectors;

/** What to tell of an answer that is no success. */
final class Refusals {
    private static final int MAX_ERRORS = 20;

    /** What a server says of a path that it does not have; of a thing that is not there it says which one. */
    private static final String NO_SUCH_ROUTE = "Not found";

    private Refusals() {}

    static CommandFailure of(ApiAnswer answer) {
        int status = answer.status();
        if (status / 100 == 3) {
            return CommandFailure.unreachable(answer.called() + " leads elsewhere (" + status + "): "
                    + answer.headers().firstValue("Location").orElse("nobody says where")
                    + ". A token is not taken there by itself; set POSTHASTE_URL to where the server is.");
        }
        String said = said(answer);
        if (said.isEmpty()) {
            return notPosthaste(answer);
        }
        return switch (status) {
            case 401 ->
                new CommandFailure(
                        ExitCode.NOT_ALLOWED,
                        said + ". Is POSTHASTE_TOKEN (or --token-file) the token of "
                                + answer.called().getAuthority() + "? It may have been revoked, or have ended.");
            case 403 -> new CommandFailure(ExitCode.NOT_ALLOWED, said);
            case 404 -> said.equals(NO_SUCH_ROUTE) ? elsewhere(answer) : CommandFailure.refused(said);
            case 429 -> CommandFailure.refused(said + later(answer));
            default -> status >= 500 ? CommandFailure.unreachable(said + later(answer)) : CommandFailure.refused(said);
        };
    }

    static CommandFailure notPosthaste(ApiAnswer answer) {
        return CommandFailure.unreachable(answer.called() + " was answered " + answer.status() + " ("
                + answer.headers().firstValue("Content-Type").orElse("without a type")
                + "), and not as Posthaste does. Is POSTHASTE_URL (or --server) right?");
    }

    private static CommandFailure elsewhere(ApiAnswer answer) {
        return CommandFailure.unreachable("There is no API at " + answer.called()
                + " (404). Is POSTHASTE_URL (or --server) right? It is the address of the dashboard: without /api at its end,"
                + " and not the admin port.");
    }

    /** The sentence of an answer with what is wrong field by field; empty where it is none of Posthaste's. */
    private static String said(ApiAnswer answer) {
        try {
            JsonFields body = JsonFields.of(answer.body());
            if (!body.has("message")) {
                return body.text("error");
            }
            List<String> errors = body.object("errors").texts().keySet().stream()
                    .limit(MAX_ERRORS)
                    .flatMap(
                            field -> body.object("errors").texts(field).stream().map(error -> field + ": " + error))
                    .toList();
            return errors.size() < 2
                    ? body.text("message")
                    : "What was asked for is not valid. " + errors.stream().collect(Collectors.joining(" "));
        } catch (MalformedJsonException e) {
            return "";
        }
    }

    private static String later(ApiAnswer answer) {
        long seconds = answer.retryAfterSeconds();
        return seconds == 0 ? "" : " Try again in " + Shown.count(seconds, "second") + ".";
    }
}
