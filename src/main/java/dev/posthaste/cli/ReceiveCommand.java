package dev.posthaste.cli;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;

/** {@code receive}: a small receiver that prints what arrives, for trying things out. */
public final class ReceiveCommand extends Command {
    /** In seconds: longer than any job waits. */
    private static final int MAX_DELAY = 3_600;

    /** Needs no configuration. */
    public ReceiveCommand() {
        super("receive", "Receives requests, prints them and answers");
    }

    @Override
    public void configure(Subparser subparser) {
        subparser.addArgument("--port").type(Integer.class).setDefault(9_000).help("to listen on");
        subparser.addArgument("--bind").setDefault("127.0.0.1").help("address to listen on");
        subparser.addArgument("--status").type(Integer.class).setDefault(200).help("to answer with");
        subparser.addArgument("--delay").type(Integer.class).setDefault(0).help("seconds to wait before the answer");
        subparser
                .addArgument("--secret")
                .help("the signing secret (whsec_...) or public key (whpk_...) to verify signatures with");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        int status = within("status", arguments, 200, 599);
        int delay = within("delay", arguments, 0, MAX_DELAY);
        ListenAddress address = new ListenAddress(
                "The receiver", arguments.getString("bind"), within("port", arguments, 0, 65_535), "--bind", "--port");
        String secret = arguments.getString("secret");
        Receiver.Answering answering = new Receiver.Answering(status, Duration.ofSeconds(delay));
        SignatureCheck signatures = secret == null ? null : new SignatureCheck(secret, InstantSource.system());
        Consumer<String> console = System.out::println;
        try (Receiver receiver = start(address, answering, signatures, console)) {
            System.out.println("Receiving on http://" + address.at(receiver.port()) + ", answering " + status
                    + ". Ctrl-C ends it.");
            Thread.currentThread().join();
        }
    }

    private static Receiver start(
            ListenAddress address,
            Receiver.Answering answering,
            @Nullable SignatureCheck signatures,
            Consumer<String> console) {
        try {
            return Receiver.start(address.resolve(), answering, signatures, console);
        } catch (IOException e) {
            throw new IllegalArgumentException(address.refusal(e), e);
        }
    }

    private static int within(String name, Namespace arguments, int least, int max) {
        int value = arguments.getInt(name);
        if (value < least || value > max) {
            throw new IllegalArgumentException(
                    "--" + name + " must be from " + least + " to " + max + ", not " + value + ".");
        }
        return value;
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        Failures.report(System.err, failure);
    }
}
