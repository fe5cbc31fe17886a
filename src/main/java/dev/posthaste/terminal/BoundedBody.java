package dev.posthaste.terminal;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Takes an answer's body into memory, as long as it is no larger than any that a server would send. */
final class BoundedBody implements BodySubscriber<String> {
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final BodySubscriber<String> whole = BodySubscribers.ofString(StandardCharsets.UTF_8);
    private Flow.@Nullable Subscription subscription;
    private long bytes;

    @Override
    public CompletionStage<String> getBody() {
        return whole.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        whole.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            bytes += piece.remaining();
        }
        if (bytes <= MAX_BYTES) {
            whole.onNext(pieces);
        } else if (subscription != null) {
            subscription.cancel();
            whole.onError(new IOException("the answer is larger than any of Posthaste's"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.onError(failure);
    }

    @Override
    public void onComplete() {
        whole.onComplete();
    }
}
