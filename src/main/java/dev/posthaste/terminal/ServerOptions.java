package dev.posthaste.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command calls, by which token, and how it shows what comes back. */
final class ServerOptions {
    private static final String TOKEN = "POSTHASTE_TOKEN";
    private static final String TOKEN_FILE = "POSTHASTE_TOKEN_FILE";
    private static final String URL = "POSTHASTE_URL";
    private static final int MAX_TOKEN_FILE = 4_096;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server; otherwise POSTHASTE_URL, or " + ServerAddress.DEFAULT + ".")
    private @Nullable String server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file that holds the token; otherwise POSTHASTE_TOKEN, or the file that POSTHASTE_TOKEN_FILE names.")
    private @Nullable Path tokenFile;

    @Option(names = "--json", description = "The server's own JSON; lists as one object a line.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /** Shows what a call has done: the answer itself where JSON is wanted, or else a sentence that is made of it. */
    void tell(Surroundings surroundings, ApiAnswer answer, Function<JsonFields, String> sentence) {
        JsonFields done = answer.done();
        if (json) {
            surroundings.screen().json(answer.body());
        } else {
            surroundings.screen().line(sentence.apply(done));
        }
    }

    ApiClient connect(Surroundings surroundings) {
        ServerAddress address;
        if (server != null) {
            address = ServerAddress.of(server, "--server");
        } else if (surroundings.variable(URL).isEmpty()) {
            address = new ServerAddress(ServerAddress.DEFAULT);
        } else {
            address = ServerAddress.of(surroundings.variable(URL), URL);
        }
        return new ApiClient(address, token(surroundings), "posthaste-cli/" + surroundings.version());
    }

    private String token(Surroundings surroundings) {
        String token;
        if (tokenFile != null) {
            token = read(tokenFile);
        } else if (!surroundings.variable(TOKEN).isEmpty()) {
            token = surroundings.variable(TOKEN);
        } else if (!surroundings.variable(TOKEN_FILE).isEmpty()) {
            token = read(Path.of(surroundings.variable(TOKEN_FILE)));
        } else {
            throw new CommandFailure(
                    ExitCode.NOT_ALLOWED,
                    "There is no token. Put one into " + TOKEN + ", or into a file and name it by --token-file. "
                            + "A server shows one at its very first start, and `posthaste token create config.yml` makes one"
                            + " where it runs.");
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new CommandFailure(
                    ExitCode.NOT_ALLOWED, "The token has characters that no token has. Copy it again.");
        }
        return token;
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > MAX_TOKEN_FILE) {
                throw new CommandFailure(ExitCode.NOT_ALLOWED, file + " is too large to hold a token alone.");
            }
            String token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (token.isEmpty()) {
                throw new CommandFailure(ExitCode.NOT_ALLOWED, file + " is empty; it should hold the token.");
            }
            return token;
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.NOT_ALLOWED, "The token cannot be read from " + file + ": " + reason(e));
        }
    }

    /** Java says no more than the file's name of some of them. */
    private static String reason(IOException e) {
        return e instanceof NoSuchFileException
                ? "there is no such file."
                : e instanceof AccessDeniedException ? "it may not be read." : e.getMessage() + ".";
    }
}
