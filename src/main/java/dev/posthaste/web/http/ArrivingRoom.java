package dev.posthaste.web.http;

import dev.posthaste.memory.ByteBudget;

/**
 * What a body holds while it comes: what there is of it, whatever it announced. One of which nobody knows the length begins
 * as an ordinary one. Not thread-safe.
 */
final class ArrivingRoom {
    private final IntakeLanes lanes;
    private final Rooms rooms;
    private ByteBudget budget;
    private ByteBudget.Room room;
    private long bytes;

    /** @param announced bytes, negative when nobody has told how many */
    ArrivingRoom(IntakeLanes lanes, Rooms rooms, long announced) {
        this.lanes = lanes;
        this.rooms = rooms;
        this.budget = lanes.arriving(announced);
        this.room = rooms.empty(budget);
    }

    /** @throws ApiException 503 when there is no room for a while */
    void grow(int more) {
        ByteBudget known = budget;
        ByteBudget needed = bytes + more > IntakeLanes.MAX_ORDINARY ? lanes.arriving(bytes + more) : known;
        if (needed == known) {
            rooms.grow(known, room, more);
        } else {
            ByteBudget.Room larger = rooms.empty(needed);
            rooms.grow(needed, larger, bytes + more);
            room.close();
            budget = needed;
            room = larger;
        }
        bytes += more;
    }

    /**
     * Takes what it needs to work with the body, now that all of it is there.
     *
     * @throws ApiException 503 when there is no room for a while
     */
    void becomeWhole(long length) {
        lanes.take(rooms, length);
        room.close();
    }
}
