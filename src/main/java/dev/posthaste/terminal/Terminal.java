package dev.posthaste.terminal;

import dev.posthaste.json.MalformedJsonException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** The commands of a terminal, from their arguments to an exit code. */
public final class Terminal {
    static final String NAME = "posthaste";

    /** What a shell gives to who writes to a pipe that nobody reads. */
    private static final int READER_GONE = 141;

    private final Surroundings surroundings;

    Terminal(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Those of this process. What is written is UTF-8, whatever the locale says, because JSON is. */
    public static Terminal ofThisProcess(String version) {
        Devices devices =
                Devices.of(System.getProperty("posthaste.terminals"), System.getProperty("posthaste.columns"));
        return new Terminal(new Surroundings(
                System.getenv(),
                System.in,
                new ResultStream(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                devices,
                version));
    }

    /** Runs a command and returns its exit code. */
    public int run(String... arguments) {
        for (String argument : arguments) {
            if (argument.indexOf('\ufffd') >= 0) {
                return tell(CommandFailure.usage("An argument holds letters that cannot be read in this locale."
                        + " Set LC_ALL=C.UTF-8, as bin/posthaste does, or give the text by a file (@FILE)."));
            }
        }
        try {
            CommandLine root = commands();
            OptionValues.check(root, arguments);
            // Whatever breaks while picocli shows a help is shown by it as a stack trace.
            StringWriter help = new StringWriter();
            root.setOut(new PrintWriter(help, true));
            int exitCode = root.execute(arguments);
            if (help.getBuffer().length() > 0) {
                // Nothing else is: commands write their results, and tell by themselves that they cannot.
                surroundings.output().print(help);
                surroundings.output().flush();
            }
            return exitCode;
        } catch (CommandFailure e) {
            return tell(e);
        } catch (ResultStream.OutputBroken e) {
            return tell(e);
        }
    }

    /** All commands, put together by hand. */
    CommandLine commands() {
        CommandLine root = new CommandLine(new RootCommand());
        List.of(
                        new PushCommand(surroundings),
                        new JobsCommand(surroundings),
                        new JobCommand(surroundings),
                        new QueuesCommand(surroundings),
                        new DeadLettersCommand(surroundings),
                        new CronsCommand(surroundings),
                        new TailCommand(surroundings),
                        new CompletionCommand(surroundings, this::commands))
                .forEach(root::addSubcommand);
        root.getCommandSpec().version("Posthaste " + surroundings.version());
        root.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec()
                        .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                                .usageHelp(true)
                                .description("Shows this.")
                                .build()));
        root.setExpandAtFiles(false);
        // A value may begin with a minus; OptionValues looks for those that were forgotten.
        root.setAllowOptionsAsOptionParameters(true);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(false);
        root.setUsageHelpWidth(width());
        root.setColorScheme(
                CommandLine.Help.defaultColorScheme(surroundings.screen().isColoured() ? Ansi.ON : Ansi.OFF));
        root.setErr(new PrintWriter(surroundings.errors(), true, StandardCharsets.UTF_8));
        root.setParameterExceptionHandler(misunderstood());
        root.setExecutionExceptionHandler(failed());
        return root;
    }

    private int width() {
        int columns = surroundings.devices().columns();
        return columns == 0 ? 100 : Math.max(60, Math.min(120, columns));
    }

    private IParameterExceptionHandler misunderstood() {
        return (ParameterException e, String[] arguments) -> {
            String command = e.getCommandLine().getCommandSpec().qualifiedName();
            String said = Misunderstanding.of(e);
            return tell(CommandFailure.usage(
                    said + (said.endsWith(".") ? "" : ".") + " `" + command + " --help` shows what there is."));
        };
    }

    private IExecutionExceptionHandler failed() {
        return (Exception e, CommandLine command, CommandLine.ParseResult parsed) -> {
            if (e instanceof CommandFailure failure) {
                return tell(failure);
            }
            if (e instanceof ResultStream.OutputBroken broken) {
                return tell(broken);
            }
            if (e instanceof MalformedJsonException) {
                return tell(CommandFailure.unreachable(
                        "What the server answered " + e.getMessage() + ". Is POSTHASTE_URL (or --server) right?"));
            }
            throw e;
        };
    }

    private int tell(ResultStream.OutputBroken broken) {
        return broken.isReaderGone()
                ? READER_GONE
                : tell(new CommandFailure(
                        ExitCode.NOT_WRITTEN,
                        "The result cannot be written: " + broken.reason()
                                + ". What was asked for may have been done."));
    }

    private int tell(CommandFailure failure) {
        surroundings.aside().line(new Cell(String.valueOf(failure.getMessage()), Colour.BAD));
        return failure.exitCode().code();
    }
}
