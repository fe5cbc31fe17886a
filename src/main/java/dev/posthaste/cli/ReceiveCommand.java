package dev.posthaste.cli;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code receive}: a small receiver that prints what arrives, for trying things out. */
public final class ReceiveCommand extends Command {
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
        subparser.addArgument("--secret").help("the signing secret to verify signatures with");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        int status = arguments.getInt("status");
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("The status of an answer is from 200 to 599.");
        }
        InetSocketAddress address = new InetSocketAddress(arguments.getString("bind"), arguments.getInt("port"));
        String secret = arguments.getString("secret");
        Receiver.Answering answering = new Receiver.Answering(status, Duration.ofSeconds(arguments.getInt("delay")));
        SignatureCheck signatures = secret == null ? null : new SignatureCheck(secret);
        Consumer<String> console = System.out::println;
        try (Receiver receiver = Receiver.start(address, answering, signatures, console)) {
            System.out.println("Receiving on http://" + arguments.getString("bind") + ":" + receiver.port()
                    + ", answering " + status + ". Ctrl-C ends it.");
            Thread.currentThread().join();
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        Failures.report(System.err, failure);
    }
}
