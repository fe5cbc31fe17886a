package dev.posthaste.jobs;

/**
 * The body of a target request, byte for byte as it was pushed.
 *
 * @param kind whether it was pushed as {@code payload} (JSON) or as {@code body} (raw text)
 * @param text the characters, sent as UTF-8; never rebuilt from parsed values
 */
public record RequestBody(Kind kind, String text) {
    /** Where a body came from; decides its default Content-Type and the field that shows it. */
    public enum Kind {
        PAYLOAD,
        RAW
    }

    /** The same with a mask in its place, which in a payload is a string of JSON. */
    RequestBody masked(String mask) {
        return new RequestBody(kind, kind == Kind.PAYLOAD ? '"' + mask + '"' : mask);
    }
}
