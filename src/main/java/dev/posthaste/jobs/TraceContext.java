package dev.posthaste.jobs;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a push stands in the trace of who pushed it, or an attempt in that trace: W3C Trace Context, levels 1 and 2. Immutable.
 *
 * @param traceId 32 hexadecimal digits, not all of them 0
 * @param spanId 16 hexadecimal digits, not all of them 0
 * @param flags of version 00, whether it is sampled and whether its id is random; two hexadecimal digits
 * @param state what {@code tracestate} says, in printable ASCII; null when nothing
 */
public record TraceContext(
        String traceId,
        String spanId,
        String flags,
        @Nullable String state) {
    /** The name of the header that says where. */
    public static final String PARENT_HEADER = "traceparent";

    /** The name of the header in which tracing systems tell themselves more. */
    public static final String STATE_HEADER = "tracestate";

    /** What is kept of a push, both together. */
    static final int MAX_BYTES = 512;

    private static final int KNOWN_FLAGS = 0x03;
    private static final int LONG_MEMBER = 128;
    private static final Pattern PARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final Pattern STATE = Pattern.compile("[\\x20-\\x7e]+");
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);

    /**
     * What the headers say.
     *
     * @param parents the values of {@code traceparent}
     * @param states the values of {@code tracestate}; members that do not fit into what is kept are left out, long ones and
     *     the last ones first (section 3.3.1.5)
     * @return null where they say nothing, or nothing that can be understood: such a trace begins anew (section 3.2.2)
     */
    public static @Nullable TraceContext of(Collection<String> parents, Collection<String> states) {
        if (parents.size() != 1) {
            return null;
        }
        TraceContext context = ofParent(parents.iterator().next().strip());
        if (context == null || states.isEmpty()) {
            return context;
        }
        return context.with(
                fitting(String.join(",", states), MAX_BYTES - context.parent().length() - 1));
    }

    private static @Nullable TraceContext ofParent(String parent) {
        Matcher matcher = PARENT.matcher(parent.length() > MAX_BYTES ? "" : parent);
        if (!matcher.matches()) {
            return null;
        }
        String version = matcher.group(1);
        boolean isKnown = version.equals("00") ? matcher.group(5) == null : !version.equals("ff");
        if (!isKnown || matcher.group(2).equals(NO_TRACE) || matcher.group(3).equals(NO_SPAN)) {
            return null;
        }
        int flags = Integer.parseInt(matcher.group(4), 16) & KNOWN_FLAGS;
        return new TraceContext(matcher.group(2), matcher.group(3), "0" + flags, null);
    }

    private static @Nullable String fitting(String states, int maxLength) {
        List<String> members = Arrays.stream(states.split(",", -1))
                .map(String::strip)
                .filter(member -> STATE.matcher(member).matches())
                .toList();
        String all = String.join(",", members);
        if (all.length() <= maxLength) {
            return all.isEmpty() ? null : all;
        }
        StringBuilder first = new StringBuilder();
        for (String member : members) {
            if (member.length() <= LONG_MEMBER) {
                int more = first.length() == 0 ? member.length() : member.length() + 1;
                if (first.length() + more > maxLength) {
                    break;
                }
                first.append(first.length() == 0 ? "" : ",").append(member);
            }
        }
        return first.length() == 0 ? null : first.toString();
    }

    private TraceContext with(@Nullable String otherState) {
        return new TraceContext(traceId, spanId, flags, otherState);
    }

    /** The same place in the trace, one span further. */
    public TraceContext in(String otherSpanId) {
        return new TraceContext(traceId, otherSpanId, flags, state);
    }

    /** As {@code traceparent} has it. */
    public String parent() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }

    /** As it is kept. */
    String text() {
        return state == null ? parent() : parent() + " " + state;
    }

    /** What was kept as {@link #text}; null for nothing. */
    static @Nullable TraceContext ofText(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int end = text.indexOf(' ');
        TraceContext context = ofParent(end < 0 ? text : text.substring(0, end));
        return context == null || end < 0 ? context : context.with(text.substring(end + 1));
    }
}
