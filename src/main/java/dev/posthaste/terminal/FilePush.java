package dev.posthaste.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Pushes a file of jobs, a batch at a time, each under a key that follows from its place and its bytes: who breaks off and
 * begins again pushes nothing twice. One batch is in memory. Not thread-safe.
 */
final class FilePush {
    private static final int MAX_JOBS = 1_000;

    /** Half of what a server takes at once, unless told otherwise. */
    private static final int MAX_BYTES = 8 * 1024 * 1024;

    private static final Pattern PLACE = Pattern.compile("\\bjobs\\.([0-9]{1,4})\\b");

    private final Surroundings surroundings;
    private final ApiClient api;
    private final String salt;
    private final Pushed shown;
    private final List<JobLines.Line> batch = new ArrayList<>();
    private int batchBytes;
    private long batches;
    private long accepted;
    private long before;
    private int lastLine;

    /** @param again whether what was pushed before is pushed anew */
    FilePush(Surroundings surroundings, ApiClient api, boolean again, Pushed shown) {
        this.surroundings = surroundings;
        this.api = api;
        this.salt = again ? UUID.randomUUID().toString() : "";
        this.shown = shown;
    }

    ExitCode push(String file) {
        try (Progress progress = surroundings.progress()) {
            if (file.equals("-")) {
                push(new JobLines("standard input", surroundings.input()), 0, progress);
            } else {
                Path path = Path.of(file);
                try (InputStream input = Files.newInputStream(path)) {
                    push(new JobLines(file, input), Files.size(path), progress);
                }
            }
        } catch (IOException e) {
            throw CommandFailure.usage(file + " cannot be read: is there such a file?");
        }
        if (shown == Pushed.SENTENCES) {
            surroundings
                    .screen()
                    .line(Shown.count(accepted, "job") + " accepted"
                            + (before == 0
                                    ? "."
                                    : ", and " + Shown.number(before)
                                            + " that were pushed within 24 hours before (--again pushes them anew)."));
        }
        return ExitCode.DONE;
    }

    private void push(JobLines lines, long size, Progress progress) {
        try {
            for (JobLines.Line line = lines.next(); line != null; line = lines.next()) {
                if (batch.size() == MAX_JOBS || (!batch.isEmpty() && batchBytes + line.bytes() > MAX_BYTES)) {
                    send(progress);
                    progress.now(Shown.number(accepted + before) + " jobs"
                            + (size > 0 ? ", " + lines.bytesRead() * 100 / size + " %" : ""));
                }
                batch.add(line);
                batchBytes += line.bytes() + 2;
            }
            if (!batch.isEmpty()) {
                send(progress);
            }
        } catch (CommandFailure e) {
            progress.clear();
            throw new CommandFailure(e.exitCode(), e.getMessage() + whatIsDone(e.exitCode()));
        }
    }

    /** Whether the batch that failed was taken is not known where no answer came. */
    private String whatIsDone(ExitCode failure) {
        String onwards = salt.isEmpty()
                ? "the same command pushes the rest, and nothing twice."
                : "with --again the same command pushes all of it anew; take away what is pushed first.";
        if (lastLine == 0) {
            return failure == ExitCode.UNREACHABLE
                    ? " Nobody knows whether its first lines were pushed; " + onwards
                    : " Nothing was pushed.";
        }
        return " What stands up to line " + Shown.number(lastLine) + " (" + Shown.count(accepted + before, "job")
                + ") is pushed; " + onwards;
    }

    private void send(Progress progress) {
        String body = batch.stream().map(JobLines.Line::json).collect(Collectors.joining(",", "{\"jobs\":[", "]}"));
        ApiAnswer answer = new RepeatedPush(api, progress, RepeatedPush.MANY).push("/api/jobs/batch", body, key(body));
        if (answer.status() == 422) {
            CommandFailure refusal = Refusals.of(answer);
            throw new CommandFailure(refusal.exitCode(), withLines(String.valueOf(refusal.getMessage())));
        }
        JsonFields pushed = answer.done();
        if (answer.isReplayed()) {
            before += batch.size();
        } else {
            accepted += batch.size();
        }
        if (shown != Pushed.SENTENCES) {
            progress.clear();
            for (JsonFields job : pushed.objects("jobs")) {
                if (shown == Pushed.JSON) {
                    surroundings.screen().json(job.spelling());
                } else {
                    surroundings.screen().line(job.text("job_id"));
                }
            }
        }
        lastLine = batch.get(batch.size() - 1).line();
        batches++;
        batch.clear();
        batchBytes = 0;
    }

    /** The server counts the jobs of a batch, from 0; who wrote the file counts lines. */
    private String withLines(String message) {
        Matcher matcher = PLACE.matcher(message);
        StringBuilder told = new StringBuilder();
        while (matcher.find()) {
            int index = Integer.parseInt(matcher.group(1));
            if (index < batch.size()) {
                matcher.appendReplacement(told, "line " + batch.get(index).line());
            }
        }
        return matcher.appendTail(told).toString();
    }

    private String key(String body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt.getBytes(StandardCharsets.UTF_8));
            digest.update(body.getBytes(StandardCharsets.UTF_8));
            return "cli-file-" + batches + "-" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
