package dev.posthaste.cli;

import dev.posthaste.audit.Actor;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.OpenDatabase;
import dev.posthaste.signing.KeyFile;
import dev.posthaste.signing.KeyRing;
import dev.posthaste.signing.SecretKey;
import dev.posthaste.signing.SecretKeyChange;
import dev.posthaste.signing.SecretKeyException;
import dev.posthaste.sql.KnownCommit;
import io.dropwizard.core.Configuration;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** {@code secret-key change|forget}: the key that seals the teams' signing secrets. */
public final class SecretKeyCommand<T extends Configuration> extends DatabaseCommand<T> {
    private static final String ACTION = "action";

    private final Function<T, String> key;
    private String configured = "";
    private @Nullable KeyFile file;

    /**
     * @param part of the configuration that names the database
     * @param key of the configuration, empty for none
     */
    public SecretKeyCommand(Class<T> configurationClass, Function<T, DatabaseConfig> part, Function<T, String> key) {
        super("secret-key", "Changes the key that seals signing secrets", configurationClass, part);
        this.key = key;
    }

    @Override
    public void configure(Subparser subparser) {
        Subparsers actions = subparser.addSubparsers().dest(ACTION);
        Subparser change = part(actions, "change", "seals them under another key; servers that run go on signing");
        change.addArgument("--key-file")
                .help(
                        "holds the next key, 32 bytes in base64 (openssl rand -base64 32); a new one is made otherwise, where"
                                + " the server keeps its key itself");
        Subparser forget =
                part(actions, "forget", "gives up every signing secret of every team, for a key that is lost");
        forget.addArgument("--every-secret")
                .action(Arguments.storeTrue())
                .help("says that you mean it: from then on nothing is signed until teams make new secrets");
    }

    @Override
    void configured(T configuration, DatabaseConfig database) {
        configured = key.apply(configuration);
        file = configured.isBlank() && !database.isGiven() ? new KeyFile(database.dataDir()) : null;
    }

    @Override
    void run(OpenDatabase database, Namespace arguments, PrintStream console) {
        SecureRandom random = new SecureRandom();
        List<SecretKey> candidates =
                file != null ? file.read() : configured.isBlank() ? List.of() : List.of(SecretKey.parse(configured));
        // Before anything is done: whoever is told of it knows that nothing was.
        @Nullable SecretKey next = arguments.getString(ACTION).equals("change") ? next(arguments, random) : null;
        SecretKeyChange change = new SecretKeyChange(
                KnownCommit.database(database.pools().api()::getConnection), new KeyRing(candidates, random), file);
        try {
            if (next != null) {
                change(change, next, console);
            } else {
                forget(change, arguments.getBoolean("every_secret"), console);
            }
        } catch (IOException | SQLException | JdbiException e) {
            throw new SecretKeyException(
                    "Whether that was done is not known: keep both keys, and do it again. " + e, e);
        }
    }

    private void change(SecretKeyChange change, SecretKey next, PrintStream console) throws IOException, SQLException {
        boolean wasSealed = change.to(next, Actor.COMMAND_LINE);
        console.println(
                (wasSealed ? "Sealed under secret key " : "Nothing is sealed yet. From now on it takes secret key ")
                        + next.fingerprint()
                        + (file == null
                                ? ". Set it on every node before it starts the next time; those that run go on signing."
                                : ", which is in " + file + "."));
    }

    private SecretKey next(Namespace arguments, SecureRandom random) {
        String path = arguments.getString("key_file");
        if (path != null) {
            return SecretKey.parse(read(path));
        }
        if (file == null) {
            throw new IllegalArgumentException(
                    "The key comes from the configuration: name the file of the next one by --key-file.");
        }
        return SecretKey.generate(random);
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + path + " cannot be read: nothing was changed.", e);
        }
    }

    private static void forget(SecretKeyChange change, boolean isMeant, PrintStream console) throws SQLException {
        if (!isMeant) {
            throw new IllegalArgumentException(
                    "Every team would lose its signing secrets, and nothing would be signed until"
                            + " they make new ones: say --every-secret if you mean it.");
        }
        console.println("Given up: the signing secrets of " + change.forget(Actor.COMMAND_LINE) + " teams.");
    }
}
