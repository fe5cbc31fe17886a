package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A history in which all went well, with one thing planted in it at a time. */
class CheckerTest {
    private final Story story = new Story();

    @Test
    void aHistoryInWhichAllWentWellPasses() {
        story.push(1).cameAt(10);
        story.push(2).failing(1).cameAt(20);
        story.push(3).failing(9).cameAt(30);
        story.push(4).withCallback().cameAt(40);
        story.push(5).withCallback().failing(1).cameAt(50);
        story.cronOfEachMinute(1, 0, 200);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aJobThatNeverCameIsFound() {
        story.push(1);

        assertBroken("what is there is sent");
    }

    @Test
    void aRetryThatNeverCameIsFound() {
        story.push(1).failing(1).cameAt(10).retryNeverCame();

        assertBroken("what is there is sent");
    }

    /** It is lost, and says that three nodes have died of it. */
    @Test
    void aJobThatWasGivenUpWithoutThreeFaultsIsFound() {
        story.push(1).failing(1).cameAt(10).givenUp();
        story.fault(FaultKind.KILL, 0, 10, 11);
        story.fault(FaultKind.KILL, 0, 12, 13);

        assertBroken("interrupted by faults");
    }

    @Test
    void anAcceptedJobThatIsNotThereIsFound() {
        story.push(1).cameAt(10).isNotThere();

        assertBroken("pushes are kept");
    }

    @Test
    void aRefusedPushThatIsThereIsFound() {
        story.push(1).told(Push.Verdict.REFUSED).cameAt(10);

        assertBroken("pushes are kept");
    }

    @Test
    void aPushOfWhichNobodyKnowsMayBeThereOrNot() {
        story.push(1).told(Push.Verdict.UNKNOWN).cameAt(10);
        story.push(2).told(Push.Verdict.UNKNOWN).isNotThere();

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aBatchThatIsThereInPartIsFound() {
        story.push(1).ofJobs(2).told(Push.Verdict.UNKNOWN).cameAt(10);

        assertBroken("pushes are kept");
    }

    @Test
    void aKeyThatMadeTwoJobsIsFound() {
        story.push(1).cameAt(10);
        story.push(1).notPushedItself().cameAt(10);

        assertBroken("pushes are kept");
    }

    @Test
    void whatIsDueAtAnotherTimeThanWasAskedIsFound() {
        story.push(1).cameAt(10).dueLaterBy(Duration.ofSeconds(1)).cameLaterBy(Duration.ofSeconds(1));

        assertBroken("pushes are kept");
    }

    @Test
    void whatCameAMillisecondTooEarlyIsFound() {
        story.push(1).cameAt(10).cameLaterBy(Duration.ofMillis(-11));

        assertBroken("nothing early");
    }

    @Test
    void whatCameSixSecondsLateWithoutAFaultIsFound() {
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(6));

        assertBroken("nothing late");
    }

    @Test
    void whatTheDatabaseHeldUpMayBeSoMuchLaterAndNoMore() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 9, 19);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(13));

        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).cameLaterBy(Duration.ofSeconds(15));
        assertBroken("nothing late");
    }

    @Test
    void aFaultOfOneNodeHoldsUpOnlyWhatItMayHaveHad() {
        story.fault(FaultKind.FREEZE, 0, 9, 19);
        story.push(1).cameAt(9).cameLaterBy(Duration.ofSeconds(11));

        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(12).cameLaterBy(Duration.ofSeconds(7));
        assertBroken("nothing late");
    }

    @Test
    void whatADeadNodeHadComesWhenItIsTakenOver() {
        story.fault(FaultKind.KILL, 0, 9, 9);
        story.push(1).cameAt(9).cameLaterBy(Duration.ofSeconds(7));

        assertThat(story.breaches()).isEmpty();

        // As after a lease, where nobody sees that its session has ended.
        story.push(2).cameAt(9).cameLaterBy(Duration.ofMillis(8_500));
        assertBroken("nothing late");
    }

    /** The survivors begin to watch anew. */
    @Test
    void whatADeadNodeHadMayWaitForAnOutageAndATakeOverAfterIt() {
        story.fault(FaultKind.KILL, 0, 9, 9);
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 11, 17);
        story.push(1).cameAt(9).cameLaterBy(Duration.ofSeconds(15));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aFaultLongAfterAJobWasDueExcusesNothingOfWhatLiesBeforeIt() {
        story.fault(FaultKind.KILL, 0, 16, 16);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(10));

        assertBroken("nothing late");
    }

    @Test
    void aFaultWithinAPauseIsTakenOffOnce() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 12, 22);
        story.paused("q", 9, 30);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(27));

        assertBroken("nothing late");
    }

    @Test
    void aRetryHangsOnTheNodeThatHasItsFailure() {
        story.fault(FaultKind.HOLD, 0, 9.9, 19);
        story.push(1).failing(1).cameAt(10).retryCameLaterBy(Duration.ofSeconds(10));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void whatTheMachineStoodStillForIsNotCounted() {
        story.stalled(11, 15);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(8));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void whatOthersKeptTheProcessorsBusyForIsNotCountedAndExcusesNothingElse() {
        story.starved(11, 15);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(8));

        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).cameAgainAt(14, 1);
        assertBroken("nothing twice");
    }

    @Test
    void anOutcomeIsWrittenLaterWhereOthersKeepTheProcessorsBusy() {
        story.fault(FaultKind.KILL, 0, 13, 13);
        story.push(1).cameAt(10).interrupted().cameAgainAt(17, 1);
        assertBroken("nothing twice");

        story.starved(10.5, 12);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void whatWaitsForAPausedQueueIsDueWhenItIsResumed() {
        story.paused("q", 9, 30);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(24));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void whatCameTwiceWithoutAFaultIsFound() {
        story.push(1).cameAt(10).cameAgainAt(20, 1);

        assertBroken("nothing twice");
    }

    @Test
    void whatWasInFlightWhenItsNodeWasKilledMayComeAgain() {
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        story.push(1).cameAt(10).interrupted().cameAgainAt(14, 1);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void theFaultOfAnotherNodeIsNoReasonToComeAgain() {
        story.fault(FaultKind.KILL, 2, 10.1, 10.1);
        story.push(1).cameAt(10).interrupted().cameAgainAt(20, 1);

        assertBroken("nothing twice");
    }

    @Test
    void whatWasRecordedLongBeforeItsNodeWasKilledMayNotComeAgain() {
        story.fault(FaultKind.KILL, 0, 13, 13);
        story.push(1).cameAt(10).interrupted().cameAgainAt(20, 1);

        assertBroken("nothing twice");
    }

    /** Its outcome waited for the database, and went with the node. */
    @Test
    void whatCouldNotBeRecordedBeforeItsNodeWasKilledMayComeAgain() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 9.9, 13);
        story.fault(FaultKind.KILL, 0, 13, 13);
        // Claimed so long before that the claim was on the disk.
        story.push(1).cameAt(7).takes(Duration.ofSeconds(3)).interrupted().cameAgainAt(17, 1);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aShortFreezeIsNoReasonToComeAgain() {
        story.fault(FaultKind.FREEZE, 0, 10.1, 11);
        story.push(1).cameAt(10).interrupted().cameAgainAt(20, 1);

        assertBroken("nothing twice");
    }

    @Test
    void aStopInOrderIsNoReasonToComeAgain() {
        story.fault(FaultKind.STOP, 0, 10.1, 12);
        story.push(1).cameAt(10).interrupted().cameAgainAt(20, 1);

        assertBroken("nothing twice");
    }

    @Test
    void aLostAnswerToACommitIsNoReasonToComeAgain() {
        story.fault(FaultKind.LOSE_COMMITS, 0, 10, 11);
        story.push(1).cameAt(10).cameAgainAt(20, 1);

        assertBroken("nothing twice");
    }

    @Test
    void whatWasClaimedShortlyBeforeTheDatabaseEndedMayComeAgain() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 10.3, 12);
        story.push(1).cameAt(10).cameAgainAt(14, 1);

        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(7).cameAgainAt(14, 1);
        assertBroken("nothing twice");
    }

    @Test
    void whatComesAgainUnderAnotherIdIsFound() {
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        story.push(1).cameAt(10).interrupted().cameAgainAt(20, 1).underAnotherId();

        assertBroken("what is there is sent");
    }

    @Test
    void whatComesAgainWithAnotherBodyIsFound() {
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        story.push(1).cameAt(10).interrupted().cameAgainAt(20, 1).withAnotherBody();

        assertBroken("what is there is sent");
    }

    @Test
    void whatCameEachTimeWithAnotherBodyThanWasPushedIsFound() {
        story.push(1).cameAt(10).everyTimeWithAnotherBody();

        assertBroken("what is there is sent");
    }

    @Test
    void whatCameToAnotherTargetThanWasPushedIsFound() {
        story.push(1).cameAt(10).toAnotherTarget();

        assertBroken("what is there is sent");
    }

    /** Whatever the tables say: a server that dropped it when it stored the push has no row either. */
    @Test
    void aCallbackThatWasAskedForAndIsNotInTheTablesIsFound() {
        story.push(1).cameAt(10).wherePushesWantedACallback();

        assertBroken("what is there is sent");
    }

    @Test
    void aJobInAnotherPlaceOfItsPushIsFound() {
        story.push(1).cameAt(10).inAnotherPlaceOfItsPush();

        assertBroken("pushes are kept");
    }

    @Test
    void aCallbackThatCameWhereAnotherJobsWasAskedForIsFound() {
        story.push(1).withCallback().cameAt(10).callbackCameToAnother();

        assertBroken("callbacks are whole");
    }

    @Test
    void whatNamesAnotherQueueThanWasPushedIsFound() {
        story.push(1).cameAt(10).namingAnotherQueue();

        assertBroken("what is there is sent");
    }

    @Test
    void aGapInTheAttemptsIsFound() {
        story.push(1).failing(9).cameAt(10).withoutAttempt(2);

        assertBroken("chains are whole");
    }

    @Test
    void aChainWithTwoEndsIsFound() {
        story.push(1).failing(1).cameAt(10).withStatus(1, "completed");

        assertBroken("chains are whole: An attempt follows one that has not failed");
    }

    @Test
    void aChainWhoseEndIsNotThatOfItsLastAttemptIsFound() {
        story.push(1).failing(1).cameAt(10).withFinalStatus(1, "dead_lettered");

        assertBroken("chains are whole");
    }

    @Test
    void aChainThatEndedBeforeItsRetriesWereUsedUpIsFound() {
        story.push(1).failing(9).cameAt(10).withoutAttempt(3);

        assertBroken("chains are whole");
    }

    @Test
    void anAttemptThatWasRecordedTwiceIsFound() {
        story.push(1).cameAt(10).recordedTwice();

        assertBroken("chains are whole");
    }

    @Test
    void anAttemptThatWasInterruptedAfterItsEndIsFound() {
        story.push(1).cameAt(10).interruptedAfterItsEnd();

        assertBroken("chains are whole");
    }

    @Test
    void anOutcomeThatTheReceiverDidNotAnswerIsFound() {
        story.push(1).cameAt(10).recordedAs(500);

        assertBroken("chains are whole");
    }

    @Test
    void aCallbackThatNeverCameIsFound() {
        story.push(1).withCallback().cameAt(10).callbackNeverCame();

        assertBroken("callbacks are whole");
    }

    @Test
    void aDeliveredCallbackThatNobodyTookIsFound() {
        story.push(1).withCallback().cameAt(10).callbackWasAnswered(500);

        assertBroken("callbacks are whole");
    }

    @Test
    void aCallbackThatThereIsNotIsFound() {
        story.push(1).withCallback().cameAt(10).callbackIsNotThere();

        assertBroken("callbacks are whole");
    }

    @Test
    void aSecondCallbackOfAnAttemptIsFound() {
        story.push(1).withCallback().cameAt(10).secondCallback();

        assertBroken("callbacks are whole");
    }

    @Test
    void aCallbackThatCameAgainWithoutAFaultIsFound() {
        story.push(1).withCallback().cameAt(10).callbackCameAgain(200);

        assertBroken("nothing twice");
    }

    @Test
    void aCallbackThatWasNotTakenComesAgain() {
        story.push(1).withCallback().cameAt(10).callbackCameAgain(500);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aGateThatLetsTooManyThroughAtOnceIsFound() {
        story.gate(new GateLimit("q", 1, null));
        story.push(1).cameAt(10);
        story.push(2).cameAt(10.05);

        assertBroken("few enough in flight");
    }

    /** Its node is gone, and the receiver has it still. */
    @Test
    void aRequestThatWasAbandonedTakesNoPlaceAtAGate() {
        story.gate(new GateLimit("q", 1, null));
        story.fault(FaultKind.KILL, 0, 10, 10);
        story.push(1).cameAt(10).interrupted().takes(Duration.ofSeconds(20)).cameAgainAt(22, 1);
        story.push(2).cameAt(18);

        assertThat(story.breaches()).isEmpty();
    }

    /** It was interrupted for the third time, and does not come again. */
    @Test
    void aRequestOfAnAttemptThatWasGivenUpTakesNoPlaceEither() {
        story.gate(new GateLimit("q", 1, null));
        story.fault(FaultKind.KILL, 0, 10, 10);
        story.fault(FaultKind.KILL, 1, 12, 12);
        story.fault(FaultKind.KILL, 2, 14, 14);
        story.push(1).failing(1).cameAt(10).givenUp().takes(Duration.ofSeconds(20));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aGateThatLetsTooManyThroughASecondIsFound() {
        story.gate(new GateLimit("q", null, 2));
        for (int i = 0; i < 10; i++) {
            story.push(i + 1).cameAt(10 + i / 10.0);
        }

        assertBroken("few enough a second");
    }

    @Test
    void aFaultAmongWhatCameTooFastDoesNotExcuseIt() {
        story.gate(new GateLimit("q", null, 4));
        story.fault(FaultKind.FREEZE, 2, 12, 16);
        for (int i = 0; i < 48; i++) {
            story.push(i + 1).cameAt(10 + i / 6.0);
        }

        assertBroken("few enough a second");
    }

    @Test
    void whatAFaultHeldBackMayComeTogetherWithWhatIsLetThroughAfterIt() {
        story.gate(new GateLimit("q", null, 4));
        story.fault(FaultKind.FREEZE, 2, 8, 12);
        for (int i = 0; i < 16; i++) {
            story.push(i + 1).cameAt(12.1);
        }
        for (int i = 0; i < 10; i++) {
            story.push(i + 17).cameAt(12.2 + i / 4.0);
        }

        assertThat(story.breaches()).noneMatch(breach -> breach.contains("few enough a second"));
    }

    @Test
    void aGateThatLetsThroughWhatItMayPasses() {
        story.gate(new GateLimit("q", null, 2));
        for (int i = 0; i < 30; i++) {
            story.push(i + 1).cameAt(10 + i / 2.0);
        }

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void whatCameWhileItsQueueWasPausedIsFound() {
        story.paused("q", 9, 30);
        story.push(1).cameAt(20);

        assertBroken("paused is silent");
    }

    @Test
    void whatWasOnItsWayWhenItsQueueWasPausedMayCome() {
        story.paused("q", 9, 30);
        story.push(1).cameAt(10);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aCronThatFiredTwiceInAMinuteIsFound() {
        story.cronOfEachMinute(1, 0, 130);
        story.fire(1, 60);

        assertBroken("crons fire once");
    }

    @Test
    void aMinuteThatACronPassedOverWithoutAFaultIsFound() {
        story.cronOfEachMinute(1, 0, 250);
        story.withoutFire(1, 120);

        assertBroken("crons fire once");
    }

    @Test
    void whatWasMissedInAnOutageIsOneFire() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 119, 190);
        story.cronOfEachMinute(1, 0, 250);
        story.withoutFire(1, 120);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aMinuteIsNotPassedOverBecauseOneNodeOrTheOtherWasDown() {
        for (int i = 0; i < 18; i++) {
            story.fault(FaultKind.KILL, i % 3, 117 + 4 * i, 117 + 4 * i);
        }
        story.cronOfEachMinute(1, 0, 250);
        story.withoutFire(1, 120);

        assertBroken("crons fire once");
    }

    /** The node that was to fire it was lost as the outage ended. */
    @Test
    void aMinuteMayBePassedOverForATakeOverAfterAnOutage() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 119, 167);
        story.cronOfEachMinute(1, 0, 250);
        story.withoutFire(1, 120);

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aRowThatIsLeftIsFound() {
        story.push(1).cameAt(10);
        story.leftover("1 claims");

        assertBroken("nothing is left");
    }

    @Test
    void whatShouldNotHappenAtAllIsFound() {
        story.odd("A node ended by itself.");

        assertBroken("nothing odd");
    }

    @Test
    void aCounterThatIsNotWhatTheAttemptsSayIsFound() {
        story.push(1).failing(1).cameAt(10);
        story.push(2).failing(9).cameAt(20);
        story.cronOfEachMinute(1, 0, 70);
        assertThat(story.breaches()).isEmpty();

        for (Counters wrong : List.of(
                new Counters(1, 0, 0, 0, 0, 0),
                new Counters(0, 1, 0, 0, 0, 0),
                new Counters(0, 0, -1, 0, 0, 0),
                new Counters(0, 0, 0, 1, 0, 0),
                new Counters(0, 0, 0, 0, -1, 0),
                new Counters(0, 0, 0, 0, 0, 1))) {
            story.counted(due -> sum(due, wrong));
            assertBroken("counters are true");
        }
        story.counted(due -> {
            assertThat(due).isEqualTo(new Counters(3, 2, 4, 3, 1, 0));
            return due;
        });
        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aCounterThatIsLessThanBeforeHasFallenWhateverTheOthersDid() {
        Counters before = new Counters(5, 4, 3, 2, 1, 1);

        assertThat(before.hasFallenSince(before)).isFalse();
        assertThat(sum(before, new Counters(1, 0, 2, 0, 3, 0)).hasFallenSince(before))
                .isFalse();
        assertThat(List.of(
                        new Counters(-1, 9, 9, 9, 9, 9),
                        new Counters(9, -1, 9, 9, 9, 9),
                        new Counters(9, 9, -1, 9, 9, 9),
                        new Counters(9, 9, 9, -1, 9, 9),
                        new Counters(9, 9, 9, 9, -1, 9),
                        new Counters(9, 9, 9, 9, 9, -1)))
                .allMatch(change -> sum(before, change).hasFallenSince(before));
    }

    private static Counters sum(Counters one, Counters other) {
        return new Counters(
                one.accepted() + other.accepted(),
                one.delivered() + other.delivered(),
                one.failedAttempts() + other.failedAttempts(),
                one.retried() + other.retried(),
                one.deadLettered() + other.deadLettered(),
                one.cancelled() + other.cancelled());
    }

    /** The fault of any node excuses what nobody sent. */
    @Test
    void requestsOfNobodyAreFoundWhereTheyAreMoreThanAFew() {
        for (int i = 1; i <= 20; i++) {
            story.push(i).cameAt(10 + i);
        }
        story.push(21).cameAt(40).fromNobody();

        assertThat(story.breaches()).isEmpty();

        story.push(22).cameAt(41).fromNobody();
        assertBroken("nothing odd");
    }

    @Test
    void whatAKillInterruptedGoesOnWithinTheTakeOver() {
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        story.push(1).cameAt(10).interrupted().cameAgainAt(13, 1);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).interrupted().cameAgainAt(110, 1);
        assertBroken("what is interrupted goes on");
    }

    @Test
    void whatAFreezeLongerThanALeaseInterruptedGoesOnAfterTheLease() {
        story.fault(FaultKind.FREEZE, 0, 10.1, 40);
        story.push(1).cameAt(10).interrupted().cameAgainAt(20, 1);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).interrupted().cameAgainAt(30, 1);
        assertBroken("what is interrupted goes on");
    }

    /** The survivors could not see the node gone, nor take over, while the database was away. */
    @Test
    void whatTwoFaultsInterruptedGoesOnAfterTheLastOfThem() {
        story.push(1).cameAt(10).interrupted().cameAgainAt(40, 1);
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        assertBroken("what is interrupted goes on");

        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 12, 36);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).interrupted().cameAgainAt(60, 1);
        assertBroken("what is interrupted goes on");
    }

    @Test
    void aCallbackThatAKillInterruptedGoesOnAsWell() {
        story.fault(FaultKind.KILL, 0, 10.15, 10.15);
        story.push(1).withCallback().cameAt(10).callbackCameAgain(200).lastTryCameLaterBy(Duration.ofSeconds(-7));
        assertThat(story.breaches()).isEmpty();

        story.push(2).withCallback().cameAt(10).callbackCameAgain(200).lastTryCameLaterBy(Duration.ofSeconds(20));
        assertBroken("what is interrupted goes on");
    }

    /** Its lease is 8 s, and its sessions stand meanwhile. */
    @Test
    void aNodeThatStoodStillForMuchLessThanALeaseIsNotTakenOver() {
        story.push(1).cameAt(10).interrupted().cameAgainAt(13, 1);
        story.fault(FaultKind.FREEZE, 0, 10.1, 12.1);

        assertBroken("nothing twice");
        assertBroken("interrupted by faults");

        story.fault(FaultKind.FREEZE, 0, 10.1, 18.1);
        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aMachineThatStoodStillForMuchLessThanALeaseIsNoReasonToComeAgain() {
        story.stalled(10.1, 12.1);
        story.push(1).cameAt(10).cameAgainAt(13, 1);

        assertBroken("nothing twice");
    }

    @Test
    void aBusyMachineExcusesWhatItTookAndNoMore() {
        story.starved(10, 40, 0.3);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(15));
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).cameLaterBy(Duration.ofSeconds(29));
        assertBroken("nothing late");
    }

    @Test
    void aRunOfWhichNearlyNothingCouldBeJudgedSaysSo() {
        story.push(1).cameAt(10);
        story.starved(100, 850);
        assertThat(story.breaches()).isEmpty();

        story.starved(850, 950);
        assertBroken("judged enough: This run was not judged");
    }

    @Test
    void aRetryKeepsTheDistanceThatWasAskedForWhateverTheTablesSay() {
        story.push(1).failing(2).cameAt(10);
        story.push(2).failing(1).cameAt(20).retryMovedBy(Duration.ofMillis(500));
        assertThat(story.breaches()).isEmpty();

        story.push(3).failing(1).cameAt(30).retryMovedBy(Duration.ofMillis(-200));
        assertBroken("what follows keeps its time");
    }

    @Test
    void aRetryThatIsDueASecondTooLateIsFound() {
        story.push(1).failing(1).cameAt(10).retryMovedBy(Duration.ofSeconds(1));

        assertBroken("what follows keeps its time");
    }

    /** The node saw the answer when it went on. */
    @Test
    void aRetryIsDueLaterWhereItsNodeStoodStillAtTheAnswer() {
        story.fault(FaultKind.FREEZE, 0, 10.05, 12);
        story.push(1).failing(1).cameAt(10).retryMovedBy(Duration.ofSeconds(2));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aCallbackIsDueAtTheEndOfItsAttempt() {
        story.push(1).withCallback().cameAt(10).callbackCameLaterBy(Duration.ofSeconds(4));
        assertThat(story.breaches()).isEmpty();

        story.push(2).withCallback().cameAt(20).callbackCameLaterBy(Duration.ofSeconds(6));
        assertBroken("what follows keeps its time");
    }

    @Test
    void aCallbackBeforeTheEndOfItsAttemptIsFound() {
        story.push(1).withCallback().cameAt(10).callbackCameLaterBy(Duration.ofMillis(-50));

        assertBroken("what follows keeps its time");
    }

    @Test
    void aCallbackIsTriedAgainAfterTheDocumentedPause() {
        story.push(1).withCallback().cameAt(10).callbackCameAgain(500).lastTryCameLaterBy(Duration.ofSeconds(4));
        assertThat(story.breaches()).isEmpty();

        story.push(2).withCallback().cameAt(10).callbackCameAgain(500).lastTryCameLaterBy(Duration.ofSeconds(-5));
        assertBroken("what follows keeps its time");
    }

    @Test
    void aCallbackThatIsTriedAgainMuchLaterIsFound() {
        story.push(1).withCallback().cameAt(10).callbackCameAgain(500).lastTryCameLaterBy(Duration.ofSeconds(10));

        assertBroken("what follows keeps its time");
    }

    @Test
    void whatWaitsForAPlaceThatIsTakenIsNotLate() {
        story.gate(new GateLimit("q", 1, null));
        story.push(1).cameAt(10).takes(Duration.ofSeconds(20));
        story.push(2).cameAt(11).cameLaterBy(Duration.ofSeconds(20));

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void whatWaitsThoughAPlaceIsFreeIsLate() {
        story.gate(new GateLimit("q", 2, null));
        story.push(1).cameAt(10).takes(Duration.ofSeconds(20));
        story.push(2).cameAt(11).cameLaterBy(Duration.ofSeconds(20));

        assertBroken("nothing late");
    }

    @Test
    void whatWaitsForTheRateOfItsQueueIsNotLate() {
        story.gate(new GateLimit("q", null, 1));
        for (int i = 0; i < 20; i++) {
            story.push(i + 1).cameAt(10).cameLaterBy(Duration.ofSeconds(i));
        }

        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void whatWaitsThoughTheRateOfItsQueueAllowsItIsLate() {
        story.gate(new GateLimit("q", null, 1));
        story.push(1).cameAt(10);
        story.push(2).cameAt(10).cameLaterBy(Duration.ofSeconds(9));

        assertBroken("nothing late");
    }

    @Test
    void aLimitedQueueThatIsPausedIsDueWhenItIsResumed() {
        story.gate(new GateLimit("q", 1, null));
        story.paused("q", 9, 30);
        story.push(1).cameAt(10).cameLaterBy(Duration.ofSeconds(24));
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).cameLaterBy(Duration.ofSeconds(30));
        assertBroken("nothing late");
    }

    @Test
    void anErrorThatNoFaultExplainsIsFoundAndQuoted() {
        story.fault(FaultKind.KILL, 0, 10, 10);
        story.error(0, 12, "It could not check in.");
        assertThat(story.breaches()).isEmpty();

        story.error(1, 12, "A statement was wrong.");
        assertBroken("errors are explained");
        assertThat(story.breaches()).singleElement().asString().endsWith("ERROR A statement was wrong.");
    }

    @Test
    void anErrorIsNotExplainedByAFaultThatIsLongOverOrHasNotBegun() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 20, 22);
        story.error(0, 23, "It could not check in.");
        assertThat(story.breaches()).isEmpty();

        story.error(0, 19, "Before.");
        story.error(0, 40, "Long after.");
        assertThat(story.breaches()).hasSize(2);
    }

    @Test
    void anErrorOfTheProgramItselfIsExplainedByNothing() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 20, 22);
        story.error(0, 21, "The gates of [q] had counted wrongly and were set right; please report this");
        assertBroken("errors are explained");
    }

    /** Its patience is two seconds, and begins anew only where its witness stood still for most of that. */
    @Test
    void aMachineThatStandsStillForMomentsDoesNotPutATakeOverOff() {
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        for (int i = 0; i < 30; i++) {
            story.stalled(10.2 + 2.4 * i, 10.36 + 2.4 * i);
        }
        story.push(1).cameAt(10).interrupted().cameAgainAt(13, 1);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).interrupted().cameAgainAt(60, 1);
        assertBroken("what is interrupted goes on");
    }

    @Test
    void whatAKillAloneInterruptedComesAgainWithinFiveSecondsOfIt() {
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        story.push(1).cameAt(10).interrupted().cameAgainAt(15, 1);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).interrupted().cameAgainAt(15.3, 1);
        assertBroken("what is interrupted goes on");
    }

    /** Its sessions broke as well: whose lock it has not seen since, it knows by his lease only. */
    @Test
    void whoWasWithoutTheDatabaseWhenANodeWasKilledWaitsForItsLease() {
        story.fault(FaultKind.KILL, 0, 11.9, 11.9);
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 11.5, 16);
        story.push(1).cameAt(10).takes(Duration.ofSeconds(1)).interrupted().cameAgainAt(25, 1);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).takes(Duration.ofSeconds(1)).interrupted().cameAgainAt(40, 1);
        assertBroken("what is interrupted goes on");
    }

    @Test
    void aCronThatMakesUpForMoreThanTheLastMinuteIsFound() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 110, 200);
        story.cronOfEachMinute(1, 0, 300);
        assertBroken("crons fire once");
        story.withoutFire(1, 120);
        assertThat(story.breaches()).isEmpty();
    }

    @Test
    void aCronThatFiresAfterItWasPausedIsFound() {
        story.cronOfEachMinute(1, 0, 300);
        story.fire(1, 360);
        assertBroken("crons fire once");
    }

    @Test
    void aRefusalThatNoFaultExplainsIsFound() {
        story.fault(FaultKind.KILL, 0, 10, 10);
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 30, 33);
        story.refused(0, 12, Refusal.NO_ANSWER);
        story.refused(1, 36, 503);
        assertThat(story.breaches()).isEmpty();

        story.refused(1, 12, 503);
        assertBroken("refusals are explained");
    }

    @Test
    void aNodeThatRefusesForEverAfterAFaultIsFound() {
        story.fault(FaultKind.LOSE_COMMITS, 0, 10, 11);
        story.refused(0, 15, 503);
        assertThat(story.breaches()).isEmpty();

        story.refused(0, 60, 503);
        assertBroken("refusals are explained");
    }

    @Test
    void aStartThatEndsByItselfWhileTheDatabaseIsThereIsFound() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 12, 20);
        story.started(0, 10, 30, Story.time(10, 14));
        assertThat(story.breaches()).isEmpty();

        story.started(0, 40, 60, Story.time(40, 45));
        assertBroken("starts succeed");
    }

    @Test
    void aStartThatTakesAMinuteWithoutAReasonIsFound() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 12, 42);
        story.started(0, 10, 70);
        assertThat(story.breaches()).isEmpty();

        story.started(1, 100, 160);
        assertBroken("starts succeed");
    }

    /** What one fault has done the next one need not explain, nor one that came when all was over. */
    @Test
    void oneFaultInterruptsAnAttemptOnce() {
        story.fault(FaultKind.KILL, 0, 10.1, 10.1);
        story.fault(FaultKind.KILL, 1, 300, 300);
        story.push(1).cameAt(10).cameAgainAt(13, 1).interruptedAt(0);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).cameAgainAt(13, 1).interruptedAt(0.2).interruptedAt(0);
        assertBroken("interrupted by faults");
    }

    @Test
    void anInterruptionBeforeItsFaultIsFound() {
        story.fault(FaultKind.KILL, 0, 16, 16);
        story.push(1).cameAt(10).takes(Duration.ofSeconds(7)).cameAgainAt(19, 1);
        story.push(2).cameAt(10).interrupted();

        assertThat(story.breaches()).isNotEmpty().allMatch(breach -> breach.startsWith("interrupted by faults"));
    }

    /** Two nodes had it at once, and one of them is killed afterwards. */
    @Test
    void whatCameAgainBeforeItsFaultIsFound() {
        story.fault(FaultKind.KILL, 0, 10.9, 10.9);
        story.push(1).cameAt(10).cameAgainAt(10.5, 1);
        assertBroken("nothing twice");
    }

    @Test
    void whatCameAgainBeforeTheDatabaseEndedIsFound() {
        story.fault(FaultKind.CRASH_DATABASE, Fault.DATABASE, 10.9, 12);
        story.push(1).cameAt(10).cameAgainAt(10.5, 1);
        assertBroken("nothing twice");
    }

    /** It had asked for its lease, and goes on when another node has sent the same. */
    @Test
    void whatANodeHadInItsHandsWhenItStoodStillMayComeWhenItGoesOn() {
        story.fault(FaultKind.FREEZE, 1, 5, 25);
        story.push(1).cameAt(10).cameAgainAt(25.1, 1);
        assertThat(story.breaches()).isEmpty();

        story.push(2).cameAt(10).cameAgainAt(27, 1);
        assertThat(story.breaches()).singleElement().asString().startsWith("nothing twice");
    }

    @Test
    void aFreezeIsNoReasonToRepeatWhatCameBeforeIt() {
        story.fault(FaultKind.FREEZE, 1, 15, 35);
        story.push(1).cameAt(10).cameAgainAt(35.1, 1);
        assertBroken("nothing twice");
    }

    @Test
    void aRetryWhoseEndIsNotSaidIsFound() {
        story.push(1).failing(3).cameAt(10).withFinalStatus(2, "success");
        assertBroken("chains are whole");
    }

    @Test
    void aLastAttemptWithAnotherEndThanItsChainIsFound() {
        story.push(1).failing(1).cameAt(10).withFinalStatus(2, "failed_no_retries");
        assertBroken("chains are whole");
    }

    @Test
    void aRateThatIsAFifthTooHighIsFound() {
        story.gate(new GateLimit("q", null, 5));
        for (int i = 0; i < 60; i++) {
            story.push(i + 1).cameAt(10 + i / 6.25);
        }
        assertBroken("few enough a second");
    }

    private void assertBroken(String rule) {
        List<String> breaches = story.breaches();
        assertThat(breaches).isNotEmpty();
        assertThat(breaches).anyMatch(breach -> breach.startsWith(rule));
    }

    @Test
    void whatIsCoveredIsPassedOverOnTheWayBack() {
        Instant zero = Instant.EPOCH;
        Windows windows = Windows.of(List.of(
                new Interval(zero.plusSeconds(2), zero.plusSeconds(4)),
                new Interval(zero.plusSeconds(5), zero.plusSeconds(9))));

        assertThat(windows.before(zero.plusSeconds(2), Duration.ofSeconds(1))).isEqualTo(zero.plusSeconds(1));
        assertThat(windows.before(zero.plusSeconds(5), Duration.ofSeconds(1))).isEqualTo(zero.plusSeconds(4));
        assertThat(windows.before(zero.plusSeconds(7), Duration.ofSeconds(2))).isEqualTo(zero.plusSeconds(1));
        assertThat(windows.before(zero.plusSeconds(10), Duration.ofMillis(500))).isEqualTo(zero.plusMillis(9_500));
    }

    @Test
    void anIntervalThatMeetsAnotherIsCountedOnce() {
        Instant zero = Instant.EPOCH;
        Windows windows = Windows.of(List.of(
                new Interval(zero, zero.plusSeconds(10)),
                new Interval(zero.plusSeconds(5), zero.plusSeconds(12)),
                new Interval(zero.plusSeconds(20), zero.plusSeconds(21))));

        assertThat(windows.within(zero.plusSeconds(1), zero.plusSeconds(30))).isEqualTo(Duration.ofSeconds(12));
        assertThat(windows.intervals()).hasSize(2);
    }
}
