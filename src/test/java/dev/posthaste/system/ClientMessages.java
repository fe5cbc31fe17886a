package dev.posthaste.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a server says to PostgreSQL on one connection, message by message, and which of them commits a claim. Not thread-safe.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL's messages</a>
 */
final class ClientMessages {
    private static final int PROTOCOL_3 = 3 << 16;

    /** Stands in the statement that claims, and in no other. */
    private static final String CLAIM = "insert into qrtz_fired_one_shots";

    private static final String CHECK_IN = "insert into qrtz_scheduler_state";

    private final DataInputStream bytes;
    private final Map<String, String> statements = new HashMap<>();
    private boolean hasBegun;
    private boolean isClaiming;
    private boolean isCommit;
    private boolean isAnyCommit;
    private boolean haveCheckedIn;

    ClientMessages(InputStream bytes) {
        this.bytes = new DataInputStream(new BufferedInputStream(bytes, 65_536));
    }

    /** The next one, whole; empty when the server has hung up. */
    byte[] next() throws IOException {
        isCommit = false;
        isAnyCommit = false;
        try {
            return hasBegun ? typed() : beginning();
        } catch (EOFException e) {
            return new byte[0];
        }
    }

    /** Whether the latest message has the transaction committed in which a claim was made. */
    boolean isCommitOfAClaim() {
        return isCommit;
    }

    /** Whether the latest message commits a transaction: by the driver, or with statements of ours in one message. */
    boolean isAnyCommit() {
        return isAnyCommit;
    }

    /** Whoever connects asks for encryption, which a test's database has not, and then begins; without a type. */
    private byte[] beginning() throws IOException {
        int length = bytes.readInt();
        ByteBuffer message = ByteBuffer.allocate(length).putInt(length);
        bytes.readFully(message.array(), Integer.BYTES, length - Integer.BYTES);
        hasBegun = message.getInt() == PROTOCOL_3;
        return message.array();
    }

    private byte[] typed() throws IOException {
        byte type = bytes.readByte();
        int length = bytes.readInt();
        ByteBuffer message = ByteBuffer.allocate(1 + length).put(type).putInt(length);
        bytes.readFully(message.array(), 1 + Integer.BYTES, length - Integer.BYTES);
        if (type == 'P') {
            String name = text(message);
            statements.put(name, text(message));
        } else if (type == 'B') {
            text(message); // the portal
            executes(statements.getOrDefault(text(message), ""));
        }
        return message.array();
    }

    /** Whether a node has ever checked in here. */
    boolean haveCheckedIn() {
        return haveCheckedIn;
    }

    private void executes(String statement) {
        haveCheckedIn |= statement.contains(CHECK_IN);
        isAnyCommit = statement.equalsIgnoreCase("commit");
        if (statement.contains(CLAIM)) {
            isClaiming = true;
        } else if (statement.equals("COMMIT") || statement.equals("ROLLBACK")) {
            isCommit = isClaiming && statement.equals("COMMIT");
            isClaiming = false;
        }
    }

    private static String text(ByteBuffer message) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte next = message.get(); next != 0; next = message.get()) {
            text.write(next);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
