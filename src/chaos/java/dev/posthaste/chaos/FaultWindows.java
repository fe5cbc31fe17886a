package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the faults of a history excuse, and nothing else does. Immutable.
 *
 * <ul>
 *   <li>While the database is away, while no node is well, and while the machine stood still or was busy with other things,
 *       nothing can be sent in time.
 *   <li>A fault of one node holds up what the node may have had by then: what was due before it, or shortly after.
 *   <li>A node's claims are taken over when another one has seen it gone for {@link Allowances#takeOver()} without being
 *       disturbed itself.
 * </ul>
 */
final class FaultWindows {
    /** So long after a fault a node may still get hold of something: it is on its way to the node. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

    /** A claim is not waited for on the disk; what was made so long before the database's end may be gone. */
    private static final Duration UNSAVED = Duration.ofMillis(1_500);

    /** A claim whose commit had no answer is given back at the next check-in, or the one after it. */
    private static final Duration GIVEN_BACK = Duration.ofSeconds(4);

    /** So many times as long may an outcome take where others keep the processors busy. */
    private static final int BUSY = 3;

    private static final Duration ALREADY_CLAIMED = Duration.ofSeconds(3);

    private final List<Fault> faults;
    private final Allowances allowances;
    private final int nodes;
    private final List<Interval> stalls;
    private final List<Interval> starvations;
    private final Windows everywhere;
    private final List<NodeFault> ofNodes;
    private final Windows all;

    /** @param recovered when nothing of what the node had then is held up any more */
    private record NodeFault(Fault fault, Instant recovered) {
        Interval time() {
            return new Interval(fault.from(), recovered);
        }
    }

    FaultWindows(History history, Allowances allowances) {
        this.faults = history.faults().stream()
                .sorted(Comparator.comparing(Fault::from))
                .toList();
        this.allowances = allowances;
        this.nodes = history.nodes();
        this.stalls = history.stalls();
        this.starvations = history.starvations();
        this.everywhere = noNodeWell().and(databaseAway()).and(stalls).and(starvations);
        this.ofNodes = faults.stream()
                .filter(fault -> !fault.isOf(Fault.DATABASE))
                .map(fault -> new NodeFault(fault, recovered(fault)))
                .toList();
        this.all = everywhere.and(ofNodes.stream().map(NodeFault::time).toList());
    }

    /** When nothing could be sent in time, whoever was to send it. */
    Windows everywhere() {
        return everywhere;
    }

    /** When anything at all was not as it should be. */
    Windows all() {
        return all;
    }

    /**
     * When a job could not have been sent between its due instant and its arrival. All else of that time is counted
     * together, so that a fault excuses nothing of what lies before it.
     *
     * @param known the earliest instant at which a node may have got hold of it
     */
    Windows excused(Instant known, Instant due, Instant at) {
        return everywhere.meeting(new Interval(due, at)).and(holdingUp(known, due, at));
    }

    private List<Interval> holdingUp(Instant known, Instant due, Instant at) {
        return ofNodes.stream()
                .filter(node -> !known.isAfter(node.fault().from().plus(ON_ITS_WAY)))
                .map(NodeFault::time)
                .filter(new Interval(due, at)::meets)
                .toList();
    }

    /** Whether a request may be sent again after it had arrived: its outcome may have been lost with a node or a claim. */
    boolean maySendAgain(Received first, Received again) {
        return wasInFlightAtAFaultOfItsNode(first) || hadItsClaimLost(first) || cameOutOfAFreeze(again);
    }

    private boolean wasInFlightAtAFaultOfItsNode(Received request) {
        Interval inFlight = new Interval(request.at().minus(ON_ITS_WAY), recorded(request));
        boolean ofMachine = stalls.stream()
                .filter(stall -> isHarmful(Duration.between(stall.from(), stall.until())))
                .anyMatch(inFlight::meets);
        return ofMachine
                || faults.stream()
                        .filter(fault -> mayBeOf(fault, request.node()))
                        .filter(this::losesWhatIsInFlight)
                        .map(Fault::time)
                        .anyMatch(inFlight::meets);
    }

    private boolean losesWhatIsInFlight(Fault fault) {
        return switch (fault.kind()) {
            case KILL -> true;
            // What has ended is written, or handed back; neither without the database.
            case STOP -> mayNotWrite(fault.node()).anyMatch(fault.time()::meets);
            case FREEZE, CUT, HOLD -> isHarmful(Duration.between(fault.from(), fault.until()));
            case LOSE_COMMITS, CRASH_DATABASE -> false;
        };
    }

    private boolean isHarmful(Duration length) {
        return length.compareTo(allowances.harmless()) > 0;
    }

    /** From when on the outcome must be in the database: its node had both, and nothing to keep it. */
    private Instant recorded(Received request) {
        Instant time = request.answered();
        for (boolean isDisturbed = true; isDisturbed; ) {
            Instant since = time;
            Interval wanted = new Interval(since, since.plus(allowances.recording()));
            Instant later = Stream.concat(
                            mayNotWrite(request.node()), Stream.concat(frozen(request.node()), stalls.stream()))
                    .filter(wanted::meets)
                    .map(Interval::until)
                    .filter(until -> until.isAfter(since))
                    .max(Comparator.naturalOrder())
                    .orElse(since);
            isDisturbed = later.isAfter(since);
            time = later;
        }
        Interval recording = new Interval(time, time.plus(allowances.recording()));
        boolean isBusy = starvations.stream().anyMatch(recording::meets);
        return time.plus(allowances.recording().multipliedBy(isBusy ? BUSY : 1));
    }

    private Stream<Interval> mayNotWrite(int node) {
        return faults.stream()
                .filter(fault -> switch (fault.kind()) {
                    case CRASH_DATABASE -> true;
                    case CUT, HOLD -> mayBeOf(fault, node);
                    case KILL, STOP, FREEZE, LOSE_COMMITS -> false;
                })
                .map(Fault::time);
    }

    private Stream<Interval> frozen(int node) {
        return faults.stream()
                .filter(fault -> fault.kind() == FaultKind.FREEZE && mayBeOf(fault, node))
                .map(Fault::time);
    }

    private boolean hadItsClaimLost(Received request) {
        return faults.stream()
                .filter(fault -> fault.kind() == FaultKind.CRASH_DATABASE)
                .map(fault ->
                        new Interval(fault.from().minus(UNSAVED), fault.from().plus(ALREADY_CLAIMED)))
                .anyMatch(unsaved -> unsaved.meets(new Interval(request.at(), request.at())));
    }

    /** The node had asked for its lease and stood still before the octets left. */
    private boolean cameOutOfAFreeze(Received request) {
        return faults.stream()
                .filter(fault -> fault.kind() == FaultKind.FREEZE && mayBeOf(fault, request.node()))
                .filter(this::losesWhatIsInFlight)
                .map(fault -> new Interval(fault.from(), fault.until().plus(ON_ITS_WAY)))
                .anyMatch(freeze -> freeze.meets(new Interval(request.at(), request.at())));
    }

    private static boolean mayBeOf(Fault fault, int node) {
        return !fault.isOf(Fault.DATABASE) && (node == Received.UNKNOWN_NODE || fault.isOf(node));
    }

    private List<Interval> databaseAway() {
        return faults.stream()
                .filter(fault -> fault.isOf(Fault.DATABASE))
                .map(Fault::time)
                .toList();
    }

    private Windows noNodeWell() {
        return IntStream.range(0, nodes)
                .mapToObj(node -> Windows.of(absences(node)))
                .reduce(Windows::common)
                .orElseGet(() -> Windows.of(List.of()));
    }

    private List<Interval> absences(int node) {
        return faults.stream()
                .filter(fault -> fault.isOf(node) && fault.kind() != FaultKind.LOSE_COMMITS)
                .map(Fault::absence)
                .toList();
    }

    private Instant recovered(Fault fault) {
        return switch (fault.kind()) {
            case KILL -> takenOver(fault);
            case FREEZE, CUT, HOLD -> earlier(fault.until(), takenOver(fault));
            case STOP -> fault.until();
            case LOSE_COMMITS, CRASH_DATABASE -> fault.until().plus(GIVEN_BACK);
        };
    }

    /** By whichever node is the first that has not been disturbed for long enough; its own next start is one too. */
    private Instant takenOver(Fault fault) {
        return IntStream.range(0, nodes)
                .mapToObj(node -> takenOver(fault, node))
                .min(Comparator.naturalOrder())
                .orElse(fault.until());
    }

    private Instant takenOver(Fault fault, int survivor) {
        List<Interval> disturbances = new ArrayList<>(absences(survivor));
        disturbances.addAll(databaseAway());
        disturbances.addAll(stalls);
        Duration time = fault.kind() == FaultKind.KILL ? allowances.takeOver() : allowances.silence();
        Instant end = fault.from().plus(time);
        for (boolean isDisturbed = true; isDisturbed; ) {
            Interval watching = new Interval(end.minus(time), end);
            Instant last = end;
            end = disturbances.stream()
                    .filter(watching::meets)
                    .map(disturbance -> disturbance.until().plus(time))
                    .filter(later -> later.isAfter(last))
                    .max(Comparator.naturalOrder())
                    .orElse(last);
            isDisturbed = end.isAfter(last);
        }
        return end;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
