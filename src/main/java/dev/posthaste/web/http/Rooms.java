package dev.posthaste.web.http;

import dev.posthaste.memory.ByteBudget;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The room that one call takes in budgets of bytes, until it has been answered. Not thread-safe. */
public final class Rooms implements AutoCloseable {
    /** Each of them holds a thread, and the threads are for the others as well. */
    private static final int MAX_WAITING = 200;

    private static final String OF_CALL = Rooms.class.getName();

    private final List<ByteBudget.Room> taken = new ArrayList<>(1);
    private final Duration patience;

    /** @param patience how long to wait where there is no room */
    Rooms(Duration patience) {
        this.patience = patience;
    }

    /**
     * Those of a call that begins, or begins again.
     *
     * @param patience how long it waits where there is no room
     */
    static Rooms begin(HttpServletRequest call, Duration patience) {
        Rooms rooms = call.getAttribute(OF_CALL) instanceof Rooms taken ? taken : new Rooms(patience);
        call.setAttribute(OF_CALL, rooms);
        return rooms;
    }

    /** Those of a call. */
    public static Rooms of(HttpServletRequest call) {
        if (call.getAttribute(OF_CALL) instanceof Rooms rooms) {
            return rooms;
        }
        throw new IllegalStateException("nobody gives back what this call takes");
    }

    /**
     * Takes room that is given back when the call has ended.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    public ByteBudget.Room take(ByteBudget budget, long bytes) {
        try {
            ByteBudget.Room room = budget.take(bytes, wait(budget)).orElseThrow(Rooms::busy);
            taken.add(room);
            return room;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    /** For something that comes by and by. */
    ByteBudget.Room empty(ByteBudget budget) {
        ByteBudget.Room room = budget.empty();
        taken.add(room);
        return room;
    }

    /** False when there is none just now, and nothing was taken. */
    boolean growNow(ByteBudget.Room room, long more) {
        try {
            return room.grow(more, Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    /** @throws ApiException 503 when there is no room for a while */
    void grow(ByteBudget budget, ByteBudget.Room room, long more) {
        try {
            if (!room.grow(more, wait(budget))) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private Duration wait(ByteBudget budget) {
        return budget.waiting() < MAX_WAITING ? patience : Duration.ZERO;
    }

    /** Gives back all of it. */
    @Override
    public void close() {
        taken.forEach(ByteBudget.Room::close);
        taken.clear();
    }

    static ApiException busy() {
        return ApiException.unavailable("The server is busy with other requests. Try again.");
    }
}
