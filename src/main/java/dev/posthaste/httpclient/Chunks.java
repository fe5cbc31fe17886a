package dev.posthaste.httpclient;

import java.io.IOException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * The chunked coding (RFC 9112, section 7.1). A size is hexadecimal digits and nothing before them: what takes a sign or a
 * blank for a part of it sees another end of the body than the proxy in front of it. Lines may end without a carriage
 * return, as anywhere in HTTP, but a carriage return is always before the end of one. What is quoted in an extension ends
 * on its line. Trailers are passed over. Not thread-safe.
 */
final class Chunks implements BodyFraming {
    private enum State {
        BEFORE_SIZE,
        SIZE,
        BEHIND_SIZE,
        EXTENSION,
        QUOTED,
        ESCAPED,
        END_OF_SIZE,
        DATA,
        BEHIND_DATA,
        END_OF_DATA,
        BEFORE_TRAILER,
        TRAILER,
        END_OF_TRAILER,
        END_OF_TRAILERS,
        OVER
    }

    private static final byte DELETE = 0x7F;

    /** What frames a chunk, or the trailers. */
    private static final int MAX_FRAMING = 64 * 1024;

    private State state = State.BEFORE_SIZE;
    private long size;
    private int framingOctets;
    private boolean hasTrailer;
    private boolean isNamed;

    @Override
    public long dataLeft() {
        return state == State.DATA ? size : 0;
    }

    @Override
    public void dataCame(long octets) {
        size -= octets;
        framingOctets = 0;
        if (size == 0) {
            state = State.BEHIND_DATA;
        }
    }

    @Override
    public boolean isOver() {
        return state == State.OVER;
    }

    @Override
    public boolean endsWithConnection() {
        return false;
    }

    @Override
    public void framingCame(byte octet) throws IOException {
        framingOctets++;
        if (framingOctets > MAX_FRAMING) {
            throw new MessageConstraintException("What frames a chunk is more than can be taken.");
        }
        state = switch (state) {
            case BEFORE_SIZE -> firstDigit(octet);
            case SIZE -> furtherDigit(octet);
            case BEHIND_SIZE -> octet == ' ' || octet == '\t' ? state : endOfSize(octet);
            case EXTENSION -> octet == '\r' || octet == '\n' ? endOfSize(octet) : extension(octet, State.QUOTED, state);
            case QUOTED -> octet == '\\' ? State.ESCAPED : extension(octet, State.EXTENSION, state);
            case ESCAPED -> extension(octet, State.QUOTED, State.QUOTED);
            case END_OF_SIZE -> behindSize(only('\n', octet));
            case BEHIND_DATA -> octet == '\r' ? State.END_OF_DATA : behindData(only('\n', octet));
            case END_OF_DATA -> behindData(only('\n', octet));
            case BEFORE_TRAILER -> beginningOfTrailer(octet);
            case TRAILER -> restOfTrailer(octet);
            case END_OF_TRAILER -> endOfTrailer(only('\n', octet));
            case END_OF_TRAILERS -> over(only('\n', octet));
            case DATA, OVER -> throw new IllegalStateException("no framing is expected");
        };
    }

    private State firstDigit(byte octet) throws IOException {
        size = 0;
        return digit(octet) < 0 ? malformed() : furtherDigit(octet);
    }

    private State furtherDigit(byte octet) throws IOException {
        int digit = digit(octet);
        if (digit < 0) {
            return octet == ' ' || octet == '\t' ? State.BEHIND_SIZE : endOfSize(octet);
        }
        if (size > Long.MAX_VALUE >> 4) {
            return malformed();
        }
        size = size << 4 | digit;
        return State.SIZE;
    }

    private State endOfSize(byte octet) throws IOException {
        return switch (octet) {
            case ';' -> State.EXTENSION;
            case '\r' -> State.END_OF_SIZE;
            default -> behindSize(only('\n', octet));
        };
    }

    private static State extension(byte octet, State atQuote, State otherwise) throws IOException {
        if (isControl(octet)) {
            return malformed();
        }
        return octet == '"' ? atQuote : otherwise;
    }

    private State behindSize(byte unused) {
        return size == 0 ? State.BEFORE_TRAILER : State.DATA;
    }

    private static State behindData(byte unused) {
        return State.BEFORE_SIZE;
    }

    private State beginningOfTrailer(byte octet) throws IOException {
        // A line that begins with a blank belongs to the one before.
        isNamed = octet == ' ' || octet == '\t';
        if (isNamed && !hasTrailer) {
            return malformed();
        }
        return switch (octet) {
            case '\r' -> State.END_OF_TRAILERS;
            case '\n' -> State.OVER;
            case ':' -> malformed();
            default -> restOfTrailer(octet);
        };
    }

    private State restOfTrailer(byte octet) throws IOException {
        isNamed |= octet == ':';
        return switch (octet) {
            case '\r' -> State.END_OF_TRAILER;
            case '\n' -> endOfTrailer(octet);
            default -> isNamed || (!isControl(octet) && octet != '\t') ? State.TRAILER : malformed();
        };
    }

    private State endOfTrailer(byte unused) throws IOException {
        hasTrailer = true;
        return isNamed ? State.BEFORE_TRAILER : malformed();
    }

    private static State over(byte unused) {
        return State.OVER;
    }

    private static byte only(char expected, byte octet) throws IOException {
        if (octet != expected) {
            malformed();
        }
        return octet;
    }

    private static boolean isControl(byte octet) {
        return (octet >= 0 && octet < ' ' && octet != '\t') || octet == DELETE;
    }

    private static State malformed() throws IOException {
        throw new MalformedChunkCodingException("a chunk is not as RFC 9112 has it");
    }

    /** {@link Character#digit} knows those of other scripts as well. */
    private static int digit(byte octet) {
        return octet < 0 ? -1 : Character.digit((char) octet, 16);
    }
}
