package dev.posthaste.faults;

import static org.awaitility.Awaitility.await;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import java.time.Duration;
import java.util.Map;

/**
 * Has threads of another Java process die of an {@link OutOfMemoryError}, wherever they are, as a debugger can. Not
 * thread-safe.
 */
final class ThreadKiller implements AutoCloseable {
    private final VirtualMachine process;

    private ThreadKiller(VirtualMachine process) {
        this.process = process;
    }

    /** An option of a JVM that lets a killer in. */
    static String option(int port) {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + port;
    }

    static ThreadKiller attach(int port) throws Exception {
        AttachingConnector sockets = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(one -> one.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = sockets.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(String.valueOf(port));
        return new ThreadKiller(sockets.attach(arguments));
    }

    /**
     * Returns when it has ended: some catch what they are told for a while.
     *
     * @param name what the thread's name ends with
     */
    void kill(String name) throws Exception {
        ThreadReference thread = thread(name);
        for (int i = 0; i < 20 && !hasEnded(thread); i++) {
            thread.stop(error());
            for (int looks = 0; looks < 20 && !hasEnded(thread); looks++) {
                await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            }
        }
        if (!hasEnded(thread)) {
            throw new AssertionError(name + " does not die");
        }
    }

    private ThreadReference thread(String name) {
        return process.allThreads().stream()
                .filter(one -> one.name().endsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not there"));
    }

    /** Java keeps some, for when there is no memory to make one. */
    private ObjectReference error() {
        return process.classesByName("java.lang.OutOfMemoryError")
                .get(0)
                .instances(1)
                .get(0);
    }

    private static boolean hasEnded(ThreadReference thread) {
        return thread.status() == ThreadReference.THREAD_STATUS_ZOMBIE;
    }

    @Override
    public void close() {
        process.dispose();
    }
}
