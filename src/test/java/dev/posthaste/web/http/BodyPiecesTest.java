package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.memory.ByteBudget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BodyPiecesTest {
    private static final int MEBIBYTE = 1024 * 1024;

    private final IntakeLanes lanes = new IntakeLanes(new ByteBudget("test", 256L * MEBIBYTE));
    private final Rooms rooms = new Rooms(Duration.ZERO);

    @Test
    void whatIsAskedForAndThenComesAtOnceIsAllThereIs() {
        BodyPieces pieces = pieces(3);
        pieces.makeRoom();
        pieces.add(bytes("abc"));

        assertThat(pieces.join()).asString(StandardCharsets.US_ASCII).isEqualTo("abc");
    }

    @Test
    void noMoreIsTakenThanThereMayBe() {
        BodyPieces pieces = pieces(3);
        pieces.add(bytes("ab"));
        pieces.add(bytes("cdef"));

        assertThat(pieces.join()).asString(StandardCharsets.US_ASCII).isEqualTo("abc");
    }

    @Test
    void howeverItIsCutItComesTogetherAgain() {
        Random random = new Random(7);
        byte[] body = new byte[3 * MEBIBYTE];
        random.nextBytes(body);
        for (int round = 0; round < 20; round++) {
            boolean isTold = random.nextBoolean();
            int length = random.nextInt(body.length);
            BodyPieces pieces = pieces(isTold ? length : 16 * MEBIBYTE);
            int at = 0;
            while (at < length) {
                if (random.nextBoolean()) {
                    pieces.makeRoom();
                }
                int here = Math.min(length - at, random.nextInt(1 << random.nextInt(20)));
                pieces.add(ByteBuffer.wrap(body, at, here));
                at += here;
            }
            assertThat(pieces.join()).isEqualTo(Arrays.copyOf(body, length));
            rooms.close();
        }
    }

    @Test
    void whatIsLetGoIsHeldByNobody() {
        BodyPieces pieces = pieces(3);
        pieces.add(bytes("ab"));
        pieces.letGo();

        assertThat(pieces.free()).isZero();
        assertThat(pieces.isEmpty()).isTrue();
    }

    private BodyPieces pieces(int max) {
        return new BodyPieces(max, new ArrivingRoom(lanes, rooms, max));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
