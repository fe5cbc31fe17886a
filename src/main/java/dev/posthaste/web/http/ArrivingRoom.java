package dev.posthaste.web.http;

import dev.posthaste.memory.ByteBudget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a body holds while it comes: what there is of it, whatever it announced. One of which nobody knows the length begins
 * as an ordinary one. Where there is no room for more of it, others who are slower are cut off. Not thread-safe.
 */
final class ArrivingRoom {
    private final IntakeLanes lanes;
    private final Rooms rooms;
    private IntakeLanes.Lane lane;
    private ByteBudget.Room room;
    private long bytes;
    private SlowSenders.@Nullable Sender sender;

    /** @param announced bytes, negative when nobody has told how many */
    ArrivingRoom(IntakeLanes lanes, Rooms rooms, long announced) {
        this.lanes = lanes;
        this.rooms = rooms;
        this.lane = lanes.of(announced);
        this.room = rooms.empty(lane.arriving());
    }

    /** @throws ApiException 503 when there is no room for a while */
    void grow(int more) {
        IntakeLanes.Lane needed = bytes + more > IntakeLanes.MAX_ORDINARY ? lanes.of(bytes + more) : lane;
        if (needed.equals(lane)) {
            take(more);
        } else {
            ByteBudget.Room left = room;
            lane = needed;
            room = rooms.empty(needed.arriving());
            take(bytes + more);
            left.close();
        }
        bytes += more;
    }

    private void take(long more) {
        if (!rooms.growNow(room, more)) {
            lane.slow().giveBack(more);
            rooms.grow(lane.arriving(), room, more);
        }
    }

    /** @param behind by how much whoever sends it has not kept his pace */
    void beginWait(ClientConnection connection, Duration behind) {
        sender = lane.slow().begin(connection, room, behind);
    }

    /** @throws ApiException 503 when others needed the room, and whoever sends it was cut off */
    void endWait() {
        if (sender != null && !lane.slow().end(sender)) {
            throw Rooms.busy();
        }
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
