package dev.posthaste.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of the table.
 *
 * @param what what was measured
 * @param ours Posthaste's figure
 * @param beside the peers' and the limits' figures from the same rounds
 * @param verdicts how ours stands to each bar; none for a line that is there for the record
 * @param note what a reader must know to judge it; may be empty
 */
record Row(String what, Figure ours, List<Figure> beside, List<Verdict> verdicts, String note) {
    Row {
        beside = List.copyOf(beside);
        verdicts = List.copyOf(verdicts);
    }

    static Row of(String what, Figure ours, List<Figure> beside) {
        return new Row(what, ours, beside, List.of(), "");
    }

    Row with(Verdict verdict) {
        List<Verdict> more = new ArrayList<>(verdicts);
        more.add(verdict);
        return new Row(what, ours, beside, more, note);
    }

    Row noting(String text) {
        return new Row(what, ours, beside, verdicts, text);
    }
}
