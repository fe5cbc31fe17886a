package dev.posthaste.oneshots;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where the due instants of what was claimed are waited for: nothing leaves before its own. Thread-safe. */
final class DueInstants {
    private static final Logger LOG = LoggerFactory.getLogger(DueInstants.class);

    /** What is due later than this waits in the database: it was claimed by a clock that has been set back since. */
    static final long MAX_WAIT_MS = 1_000;

    private final DatabaseClock clock;
    private final Timer timer;

    DueInstants(DatabaseClock clock, Timer timer) {
        this.clock = clock;
        this.timer = timer;
    }

    /** In how many milliseconds it is due; not positive when it is. */
    long early(ClaimedOneShot shot) {
        return shot.due().toEpochMilli() - clock.millis();
    }

    /** Has it begin at its instant, on the timer, so that it needs no thread until then; false when it is due by now. */
    boolean later(ClaimedOneShot shot, Runnable begin) {
        long early = early(shot);
        if (early <= 0) {
            return false;
        }
        Runnable unused = timer.in(Math.min(early, MAX_WAIT_MS), begin);
        return true;
    }

    /** Waits for what is left of it: the clock may have been corrected since, and not everything comes by {@link #later}. */
    void await(ClaimedOneShot shot) throws InterruptedException {
        for (long early = early(shot); early > 0; early = early(shot)) {
            if (early > MAX_WAIT_MS) {
                LOG.info(
                        "{} is put back: the database's clock was set back, and by it the firing is due in {} s",
                        shot.key(),
                        TimeUnit.MILLISECONDS.toSeconds(early));
                throw new PutBackException("The database's clock was set back");
            }
            timer.pause(early);
        }
    }

    /** Nothing more is taken for later. */
    void close() {
        timer.close();
    }
}
