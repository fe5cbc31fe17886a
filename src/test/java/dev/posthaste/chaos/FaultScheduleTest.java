package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    @Test
    void aSeedGivesTheSameFaultsAndAnotherOneOthers() {
        List<PlannedFault> faults = FaultSchedule.draw(7, TEN_MINUTES, 3);

        assertThat(FaultSchedule.draw(7, TEN_MINUTES, 3)).isEqualTo(faults);
        assertThat(FaultSchedule.draw(8, TEN_MINUTES, 3)).isNotEqualTo(faults);
    }

    @Test
    void everyKindIsAmongTheFaultsOfTenMinutes() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(FaultSchedule.draw(seed, TEN_MINUTES, 3).stream().map(PlannedFault::kind))
                    .contains(FaultKind.values());
        }
    }

    @Test
    void everyKindIsAmongTheFaultsOfTwoMinutesWhateverTheSeed() {
        for (int seed = 0; seed < 1_000; seed++) {
            assertThat(FaultSchedule.draw(seed, Duration.ofMinutes(2), 3).stream()
                            .map(PlannedFault::kind))
                    .contains(FaultKind.values());
        }
    }

    @Test
    void whatHasAFaultGetsNoOtherOneMeanwhileAndAllAreOverBeforeTheEnd() {
        for (int seed = 0; seed < 100; seed++) {
            Map<Integer, Duration> over = new HashMap<>();
            for (PlannedFault fault : FaultSchedule.draw(seed, TEN_MINUTES, 3)) {
                assertThat(fault.at()).isGreaterThanOrEqualTo(over.getOrDefault(fault.node(), Duration.ZERO));
                over.put(fault.node(), fault.at().plus(fault.length()));
            }
            assertThat(over.values()).allMatch(end -> end.compareTo(TEN_MINUTES) < 0);
        }
    }

    @Test
    void someNodesStandStillForLongerThanTheirLeaseAndSomeForLess() {
        List<Duration> freezes = IntStream.range(0, 10)
                .mapToObj(seed -> FaultSchedule.draw(seed, TEN_MINUTES, 3))
                .flatMap(List::stream)
                .filter(fault -> fault.kind() == FaultKind.FREEZE)
                .map(PlannedFault::length)
                .toList();

        assertThat(freezes).anyMatch(length -> length.toSeconds() > 8).anyMatch(length -> length.toSeconds() < 4);
    }

    @Test
    void aLongRunHasOneOutageInWhichCronsMissFires() {
        Stream<PlannedFault> outages = FaultSchedule.draw(7, TEN_MINUTES, 3).stream()
                .filter(fault -> fault.length().compareTo(Duration.ofMinutes(1)) > 0);

        assertThat(outages).hasSize(1);
        assertThat(FaultSchedule.draw(7, Duration.ofMinutes(2), 3))
                .noneMatch(fault -> fault.length().compareTo(Duration.ofMinutes(1)) > 0);
    }
}
