package dev.posthaste.system;

import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The line between a server and its database, which a test can cut: every connection breaks and none can be made until it
 * is mended. Or stall: connections stay and none gets anything through, and the database keeps its sessions though the
 * server be gone. Either by itself when a claim is being committed. The database itself goes on, as it does when a network
 * fails.
 */
public final class DatabaseLine implements AutoCloseable {
    private final Map<String, String> settings;
    private volatile DatabaseTarget database;
    private final ServerSocket listener;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicReference<AtCommit> atNextCommit = new AtomicReference<>(AtCommit.PASS_ON);
    private final AtomicInteger commitsToLose = new AtomicInteger();
    private final AtomicInteger lostAnswers = new AtomicInteger();
    private volatile boolean isCut;
    private volatile long answersLateMs;
    private volatile boolean checkInsAreMute;
    private boolean isStalled;

    /** What becomes of a message that commits a claim. */
    private enum AtCommit {
        PASS_ON,
        STALL,
        LOSE_THE_ANSWER
    }

    /** A server's connection and the one to the database that it stands for. */
    private record Pair(
            Socket server, Socket there, AtomicBoolean losesTheAnswer, AtomicBoolean checksIn, AtomicBoolean isMute) {
        static Pair of(Socket server, Socket there) {
            return new Pair(server, there, new AtomicBoolean(), new AtomicBoolean(), new AtomicBoolean());
        }

        void hangUp() {
            DatabaseLine.hangUp(server);
            DatabaseLine.hangUp(there);
        }
    }

    DatabaseLine(TestDatabase database) throws IOException {
        this(database.target(), database.settings());
    }

    /** @param settings what a server's environment says to use the database without a line */
    public DatabaseLine(DatabaseTarget database, Map<String, String> settings) throws IOException {
        this.database = database;
        this.settings = settings;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        threads.execute(this::connect);
    }

    /** What a server's environment says to use the database over this line. */
    public Map<String, String> settings() {
        Map<String, String> throughLine = new HashMap<>(settings);
        throughLine.put(
                "POSTHASTE_DATABASE_URL",
                database.jdbcUrl().replaceFirst("//[^/]+/", "//127.0.0.1:" + listener.getLocalPort() + "/"));
        return throughLine;
    }

    public void cut() {
        isCut = true;
        ends.forEach(DatabaseLine::hangUp);
    }

    /** New connections lead to another server; those that there are stay. */
    public void leadTo(DatabaseTarget other) {
        database = other;
    }

    /** Nothing gets through any more, and nobody is told. */
    public synchronized void stall() {
        isStalled = true;
    }

    public synchronized boolean isStalled() {
        return isStalled;
    }

    /** Stalls when a claim has been made and before the database is told to commit it. */
    public void stallBeforeACommitOfAClaim() {
        atNextCommit.set(AtCommit.STALL);
    }

    /** Breaks one connection when the database has committed a claim and before the server is told so. */
    public void loseTheAnswerToACommitOfAClaim() {
        atNextCommit.set(AtCommit.LOSE_THE_ANSWER);
    }

    /** The same with the next so many commits, whatever they commit: each breaks its connection. */
    public void loseTheAnswersToCommits(int count) {
        commitsToLose.set(count);
    }

    /** Of how many commits the answers were lost so far. */
    public int lostAnswers() {
        return lostAnswers.get();
    }

    /** From now on nothing comes back on the connections on which a node checks in that there are, and nobody is told. */
    void muteTheCheckIns() {
        pairs.stream()
                .filter(pair -> pair.checksIn().get())
                .forEach(pair -> pair.isMute().set(true));
    }

    /** Nothing comes back on any connection that there is, and nobody is told; those that will be made are well. */
    void forgetConnections() {
        pairs.forEach(pair -> pair.isMute().set(true));
    }

    /** The same, and of all that will be made. */
    void muteAllCheckIns() {
        checkInsAreMute = true;
    }

    /** From now on each answer of the database takes so much longer. */
    void delayAnswers(Duration pause) {
        answersLateMs = pause.toMillis();
    }

    public synchronized void mend() {
        isCut = false;
        isStalled = false;
        notifyAll();
    }

    private synchronized void awaitFlow() throws InterruptedException {
        while (isStalled) {
            wait();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        threads.shutdownNow();
    }

    private void connect() {
        while (!listener.isClosed()) {
            try {
                Socket server = listener.accept();
                Socket there = connectThere(server);
                if (there == null) {
                    continue;
                }
                // What a message is relayed in is not to wait for more.
                server.setTcpNoDelay(true);
                there.setTcpNoDelay(true);
                ends.add(server);
                ends.add(there);
                Pair pair = Pair.of(server, there);
                pairs.add(pair);
                if (isCut) {
                    cut();
                }
                threads.execute(() -> relayQuestions(pair));
                threads.execute(() -> relayAnswers(pair));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private @Nullable Socket connectThere(Socket server) {
        URI target = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        try {
            return new Socket(target.getHost(), target.getPort());
        } catch (IOException e) {
            // Nobody listens there just now: the server sees what it would see without a line.
            hangUp(server);
            return null;
        }
    }

    private void relayQuestions(Pair pair) {
        relay(pair.server(), pair.there(), () -> {
            ClientMessages messages = new ClientMessages(pair.server().getInputStream());
            for (byte[] message = messages.next(); message.length > 0; message = messages.next()) {
                if (messages.isCommitOfAClaim()) {
                    atCommit(pair);
                }
                if (messages.isAnyCommit() && commitsToLose.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
                    pair.losesTheAnswer().set(true);
                }
                if (messages.haveCheckedIn()) {
                    pair.checksIn().set(true);
                }
                awaitFlow();
                pair.there().getOutputStream().write(message);
            }
        });
    }

    private void relayAnswers(Pair pair) {
        relay(pair.there(), pair.server(), () -> {
            InputStream bytes = pair.there().getInputStream();
            byte[] buffer = new byte[65_536];
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                if (pair.losesTheAnswer().get()) {
                    lostAnswers.incrementAndGet();
                    pair.hangUp();
                }
                TimeUnit.MILLISECONDS.sleep(answersLateMs);
                awaitFlow();
                if (!pair.isMute().get() && !(checkInsAreMute && pair.checksIn().get())) {
                    pair.server().getOutputStream().write(buffer, 0, count);
                }
            }
        });
    }

    private void atCommit(Pair pair) {
        switch (atNextCommit.getAndSet(AtCommit.PASS_ON)) {
            case STALL -> stall();
            // Whatever the database says from here on answers the commit: the server had waited for all else.
            case LOSE_THE_ANSWER -> pair.losesTheAnswer().set(true);
            case PASS_ON -> {}
        }
    }

    private interface Relaying {
        void run() throws IOException, InterruptedException;
    }

    private void relay(Socket from, Socket to, Relaying relaying) {
        try (from;
                to) {
            try {
                relaying.run();
            } catch (IOException ignored) {
                // One of the ends has hung up.
            }
            // The other end is not told either while nothing gets through.
            awaitFlow();
        } catch (IOException ignored) {
            // It is closed already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ends.remove(from);
        }
    }

    private static void hangUp(Socket end) {
        try {
            // A reset, as from a line that breaks, in place of an orderly end.
            end.setSoLinger(true, 0);
            end.close();
        } catch (IOException ignored) {
            // It is gone already.
        }
    }
}
