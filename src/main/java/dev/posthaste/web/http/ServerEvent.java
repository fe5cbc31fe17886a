package dev.posthaste.web.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/**
 * What many {@link EventStream}s send at the same time, written and packed once. The packed form looks back at nothing that was
 * sent before it and ends at a whole byte (RFC 1951, section 3.2.4: an empty stored block), so that each of them goes on with it
 * wherever it stands. Immutable, as long as nobody changes the bytes.
 */
public final class ServerEvent {
    private static final byte[] FIELD = "data: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);
    private static final int BUFFER = 8 * 1024;

    private final byte[] plain;
    private final byte[] packed;

    private ServerEvent(byte[] plain, byte[] packed) {
        this.plain = plain;
        this.packed = packed;
    }

    /**
     * One with a line as its data.
     *
     * @param line without a line break, as JSON is that nobody has laid out
     */
    public static ServerEvent of(byte[] line) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIELD.length + line.length + END.length);
        bytes.writeBytes(FIELD);
        bytes.writeBytes(line);
        bytes.writeBytes(END);
        byte[] plain = bytes.toByteArray();
        return new ServerEvent(plain, packed(plain));
    }

    byte[] plain() {
        return plain;
    }

    byte[] packed() {
        return packed;
    }

    private static byte[] packed(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(plain);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER];
            int length;
            do {
                length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
                bytes.write(buffer, 0, length);
            } while (length == buffer.length);
            return bytes.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
