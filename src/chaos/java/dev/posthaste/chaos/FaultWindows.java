package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    /** A claim whose commit had no answer is given back at the next check-in, or the one after it. */
    private static final Duration GIVEN_BACK = Duration.ofSeconds(4);

    /** A node must have seen another one alive, undisturbed for so long, to know sooner than by its lease that it is not. */
    private static final Duration SEEN = Duration.ofSeconds(2);

    /** So long may it take to be back behind a line that was cut. */
    private static final Duration CUT_AND_NOT_BACK = Duration.ofSeconds(1);

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
    private final Windows ofFaults;
    private final Windows ofTheMachine;

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
        this.starvations = history.starvations().stream().map(Starvation::lost).toList();
        this.ofTheMachine = Windows.of(stalls).and(starvations);
        this.everywhere = noNodeWell().and(databaseAway()).and(ofTheMachine.intervals());
        this.ofNodes = faults.stream()
                .filter(fault -> !fault.isOf(Fault.DATABASE))
                .map(fault -> new NodeFault(fault, recovered(fault)))
                .toList();
        this.ofFaults = noNodeWell()
                .and(databaseAway())
                .and(ofNodes.stream().map(NodeFault::time).toList());
        this.all = everywhere.and(ofFaults.intervals());
    }

    /** When nothing could be sent in time, whoever was to send it. */
    Windows everywhere() {
        return everywhere;
    }

    /** When no node was well, or the database was away, whatever the machine did. */
    Windows nobodyThere() {
        return noNodeWell().and(databaseAway());
    }

    /** When anything at all was not as it should be. */
    Windows all() {
        return all;
    }

    /** The same without what the machine stood still for, or was busy with. */
    Windows ofFaults() {
        return ofFaults;
    }

    /** For what the machine stood still, or was busy with others: things took so much longer. */
    Windows ofTheMachine() {
        return ofTheMachine;
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

    /**
     * Whether a request may be sent again after it had arrived: its outcome may have been lost with a node or a claim, by what
     * had begun when it was sent again.
     */
    boolean maySendAgain(Received first, Received again) {
        Interval inFlight = inFlight(first);
        return standstills(inFlight)
                        .map(Interval::from)
                        .anyMatch(from -> !again.at().isBefore(from))
                || Stream.concat(losing(first, inFlight), unsaved(first))
                        .map(Fault::from)
                        .anyMatch(from -> !again.at().isBefore(from))
                || cameOutOfAFreeze(first, again);
    }

    /**
     * From when on a request whose outcome may have been lost can have been sent again, the latest of what may have lost it;
     * empty where nothing may.
     */
    Optional<Instant> goesOn(Received request) {
        Interval inFlight = inFlight(request);
        Stream<Instant> ofNode = losing(request, inFlight).map(this::goesOn);
        Stream<Instant> ofMachine =
                standstills(inFlight).map(stall -> stall.until().plus(allowances.silence()));
        Stream<Instant> ofClaim = unsaved(request).map(fault -> fault.until().plus(GIVEN_BACK));
        return Stream.of(ofNode, ofMachine, ofClaim).flatMap(times -> times).max(Comparator.naturalOrder());
    }

    private Instant goesOn(Fault fault) {
        return switch (fault.kind()) {
            case KILL -> takenOver(fault);
            case STOP -> takenOver(fault.until(), allowances.takeOver());
            case FREEZE, CUT, HOLD -> {
                Instant taken = takenOver(fault);
                Instant givenBack = fault.until().plus(GIVEN_BACK);
                // Back before anybody could take over, it finds by itself what it has lost.
                yield taken.isAfter(fault.until()) && givenBack.isAfter(taken) ? givenBack : taken;
            }
            case LOSE_COMMITS, CRASH_DATABASE -> fault.until().plus(GIVEN_BACK);
        };
    }

    /** Whether what was in flight was lost with a process that ended at once, and by nothing else. */
    boolean wasLostByAKillAlone(Received request) {
        Interval inFlight = inFlight(request);
        return standstills(inFlight).findAny().isEmpty()
                && unsaved(request).findAny().isEmpty()
                && databaseAway().stream().noneMatch(inFlight::meets)
                && losing(request, inFlight).allMatch(fault -> fault.kind() == FaultKind.KILL);
    }

    /** Whether it may have cost an attempt that was in flight its node. */
    boolean mayInterrupt(Fault fault) {
        boolean isLongCut =
                fault.kind() != FaultKind.FREEZE && isLongerThan(CUT_AND_NOT_BACK, fault.from(), fault.until());
        return fault.kind().interrupts() && (!fault.kind().isolates() || losesWhatIsInFlight(fault) || isLongCut);
    }

    private Interval inFlight(Received request) {
        return new Interval(request.at().minus(ON_ITS_WAY), recorded(request));
    }

    private Stream<Interval> standstills(Interval inFlight) {
        return stalls.stream()
                .filter(stall -> isLongerThan(allowances.frozen(), stall.from(), stall.until()))
                .filter(inFlight::meets);
    }

    private Stream<Fault> losing(Received request, Interval inFlight) {
        return faults.stream()
                .filter(fault -> mayBeOf(fault, request.node()))
                .filter(this::losesWhatIsInFlight)
                .filter(fault -> inFlight.meets(fault.time()));
    }

    private boolean losesWhatIsInFlight(Fault fault) {
        return switch (fault.kind()) {
            case KILL -> true;
            // What has ended is written, or handed back; neither without the database.
            case STOP -> mayNotWrite(fault.node()).anyMatch(fault.time()::meets);
            case FREEZE -> isLongerThan(allowances.frozen(), fault.from(), fault.until());
            case CUT, HOLD -> isLongerThan(allowances.harmless(), fault.from(), fault.until());
            case LOSE_COMMITS, CRASH_DATABASE -> false;
        };
    }

    private static boolean isLongerThan(Duration length, Instant from, Instant until) {
        return Duration.between(from, until).compareTo(length) > 0;
    }

    /** From when on the outcome must be in the database: its node had both, and nothing to keep it. */
    Instant recorded(Received request) {
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

    private Stream<Fault> unsaved(Received request) {
        Interval came = new Interval(request.at(), request.at());
        return faults.stream()
                .filter(fault -> fault.kind() == FaultKind.CRASH_DATABASE)
                .filter(fault -> new Interval(
                                fault.from().minus(allowances.recording()),
                                fault.from().plus(ALREADY_CLAIMED))
                        .meets(came));
    }

    /**
     * The node had asked for its lease and stood still before the octets left; they leave when it goes on, and another node has
     * sent the same meanwhile.
     */
    boolean cameOutOfAFreeze(Received first, Received again) {
        return faults.stream()
                .filter(fault -> fault.kind() == FaultKind.FREEZE && mayBeOf(fault, again.node()))
                .filter(this::losesWhatIsInFlight)
                .filter(fault -> first.at().isAfter(fault.from()) && isByAnother(first, again))
                .map(fault -> fault.until())
                .anyMatch(goesOn -> new Interval(goesOn, goesOn)
                        .widened(ON_ITS_WAY, ON_ITS_WAY)
                        .meets(new Interval(again.at(), again.at())));
    }

    private static boolean isByAnother(Received first, Received again) {
        return first.node() == Received.UNKNOWN_NODE || first.node() != again.node();
    }

    private static boolean mayBeOf(Fault fault, int node) {
        return !fault.isOf(Fault.DATABASE) && (node == Received.UNKNOWN_NODE || fault.isOf(node));
    }

    /** From each fault of the database to its return. */
    List<Interval> databaseAway() {
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
        return takenOver(fault.from(), fault.kind() == FaultKind.KILL ? allowances.takeOver() : allowances.silence());
    }

    private Instant takenOver(Instant gone, Duration time) {
        return IntStream.range(0, nodes)
                .mapToObj(node -> takenOver(gone, time, node))
                .min(Comparator.naturalOrder())
                .orElse(gone);
    }

    private Instant takenOver(Instant gone, Duration time, int survivor) {
        List<Interval> disturbances = new ArrayList<>(absences(survivor));
        disturbances.addAll(databaseAway());
        stalls.stream()
                .filter(stall -> isLongerThan(allowances.harmless(), stall.from(), stall.until()))
                .forEach(disturbances::add);
        // Who was disturbed then has not seen the other one alive, or has no say yet: it waits for his lease as well.
        Interval seen = new Interval(gone.minus(SEEN), gone.plus(time));
        boolean hasSeen =
                Stream.concat(disturbances.stream(), commitsLost(survivor)).noneMatch(seen::meets);
        Duration needed = hasSeen || time.compareTo(allowances.silence()) > 0 ? time : allowances.silence();
        Instant end = undisturbed(gone, needed, disturbances);
        // A shorter stall keeps nobody from seeing what he sees a moment later: it takes its own length, and no more.
        return end.plus(Windows.of(stalls).within(gone, end));
    }

    private Stream<Interval> commitsLost(int node) {
        return faults.stream()
                .filter(fault -> fault.isOf(node) && fault.kind() == FaultKind.LOSE_COMMITS)
                .map(Fault::time);
    }

    private static Instant undisturbed(Instant gone, Duration time, List<Interval> disturbances) {
        Instant end = gone.plus(time);
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
