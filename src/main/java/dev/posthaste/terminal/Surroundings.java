package dev.posthaste.terminal;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command finds around it: the process's own, or a test's.
 *
 * @param environment variables
 * @param version of this build
 */
record Surroundings(
        Map<String, String> environment,
        InputStream input,
        ResultStream output,
        PrintStream errors,
        Devices devices,
        String version) {

    /** A variable; empty where it is not set, or blank. */
    String variable(String name) {
        return environment.getOrDefault(name, "").strip();
    }

    /** Where results go. */
    Screen screen() {
        return new Screen(output, devices.isOutput() && mayBeColoured(), devices.columns());
    }

    /** Where what is said beside them goes. */
    Screen aside() {
        return new Screen(errors, devices.isErrors() && mayBeColoured(), devices.columns());
    }

    /** Where it is told how far something is. */
    Progress progress() {
        return new Progress(errors, devices.isErrors(), devices.columns(), System::nanoTime);
    }

    private boolean mayBeColoured() {
        return variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
    }
}
