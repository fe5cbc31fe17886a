package dev.posthaste.crons;

/** A text is no cron expression, or one that can never fire. */
public final class InvalidCronException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    private InvalidCronException(String sentence) {
        super(sentence, null, false, false);
        this.sentence = sentence;
    }

    /** What is wrong, as the contract tells it to a client. It holds nothing but printable ASCII of what was given. */
    public String sentence() {
        return sentence;
    }

    static InvalidCronException missing() {
        return new InvalidCronException("A cron expression is required.");
    }

    static InvalidCronException tooLong(int maxCharacters) {
        return new InvalidCronException(
                "The cron expression field must not be greater than " + maxCharacters + " characters.");
    }

    /** @param complaint what is wrong, without a full stop */
    static InvalidCronException because(String complaint) {
        return new InvalidCronException("The cron expression is invalid: " + complaint + ".");
    }

    /** @param complaint what is wrong within the field, without a full stop */
    static InvalidCronException in(Field field, String complaint) {
        return because("in the " + field.words() + " field, " + complaint);
    }
}
