package dev.posthaste.terminal;

import dev.posthaste.json.JsonScanner;
import dev.posthaste.json.MalformedJsonException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The job of a push, as options: each is a field of {@code POST /api/jobs}, which checks them. */
final class JobOptions {
    @Option(
            names = {"-q", "--queue"},
            paramLabel = "NAME",
            description = "Its queue, made on first use.")
    private @Nullable String queue;

    @Option(
            names = {"-u", "--url"},
            paramLabel = "URL",
            description = "Where the request goes.")
    private @Nullable String url;

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            description = "GET, POST, PUT, PATCH or DELETE; POST without it.")
    private @Nullable String method;

    @Option(
            names = {"-p", "--payload"},
            paramLabel = "JSON",
            description =
                    "The body, JSON that is sent as it is spelt: the text itself, @FILE, or - for standard input.")
    private @Nullable String payload;

    @Option(
            names = "--body",
            paramLabel = "TEXT",
            description = "A body that is no JSON: the text itself, @FILE, or - for standard input.")
    private @Nullable String body;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "Sent along; may be given again.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = {"-d", "--delay"},
            paramLabel = "SECONDS",
            description = "How long it waits.")
    private @Nullable Long delay;

    @Option(
            names = "--run-at",
            paramLabel = "TIME",
            description = "When it is sent, such as 2026-04-10T14:10:00+02:00.")
    private @Nullable String runAt;

    @Option(names = "--callback-url", paramLabel = "URL", description = "Gets a POST after each attempt.")
    private @Nullable String callbackUrl;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long an answer may take.")
    private @Nullable Long timeout;

    @Option(
            names = "--retry-delays",
            paramLabel = "SECONDS,…|none",
            description = "How long each retry waits, in place of the queue's.")
    private @Nullable String retryDelays;

    @Option(names = "--priority", paramLabel = "1-10", description = "The higher one goes first.")
    private @Nullable Long priority;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "TAG",
            description = "To find it by; may be given again.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--redact",
            paramLabel = "WHAT",
            description = "body, response_body or headers.NAME is not shown; may be given again.")
    private List<String> redact = new ArrayList<>();

    boolean isEmpty() {
        return payload == null && body == null && json(null, null).equals("{}");
    }

    /** The body of the call. */
    String json(InputStream input) {
        if (queue == null || url == null) {
            throw CommandFailure.usage("A job needs --queue and --url; many of them come from --file.");
        }
        if ("-".equals(payload) && "-".equals(body)) {
            throw CommandFailure.usage("Standard input is --payload or --body, not both.");
        }
        return json(
                payload == null ? null : checked(TextSource.read(payload, "--payload", input)),
                body == null ? null : TextSource.read(body, "--body", input));
    }

    private String json(@Nullable String payloadText, @Nullable String bodyText) {
        return new JsonBody()
                .string("queue", queue)
                .string("url", url)
                .string("method", method)
                .strings("headers", headerFields())
                .raw("payload", payloadText)
                .string("body", bodyText)
                .number("delay", delay)
                .string("run_at", runAt)
                .string("callback_url", callbackUrl)
                .number("timeout_seconds", timeout)
                .numbers("retry_delays", delays())
                .number("priority", priority)
                .strings("tags", tags)
                .strings("redact", redact)
                .end();
    }

    /** It stands within the call's JSON as it is, so that it must be one value and no more. */
    private static String checked(String json) {
        try {
            JsonScanner scanner = JsonScanner.refusingTwins(json);
            scanner.value();
            if (scanner.isAtEnd()) {
                return json.strip();
            }
            throw scanner.malformed("");
        } catch (MalformedJsonException e) {
            throw CommandFailure.usage("The payload " + e.getMessage() + ". What is no JSON goes by --body.");
        }
    }

    private Map<String, String> headerFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw CommandFailure.usage("A header is given as 'Name: value', not as " + header + ".");
            }
            String name = header.substring(0, colon).strip();
            if (fields.put(name, header.substring(colon + 1).strip()) != null) {
                throw CommandFailure.usage("The header " + name + " is given twice.");
            }
        }
        return fields;
    }

    private @Nullable List<Long> delays() {
        if (retryDelays == null) {
            return null;
        }
        if (retryDelays.equals("none")) {
            return List.of();
        }
        List<Long> delays = new ArrayList<>();
        for (String delay : retryDelays.split(",", -1)) {
            if (!delay.strip().matches("[0-9]{1,9}")) {
                throw CommandFailure.usage("--retry-delays are seconds, such as 60,1800,10800, or none.");
            }
            delays.add(Long.valueOf(delay.strip()));
        }
        return delays;
    }
}
