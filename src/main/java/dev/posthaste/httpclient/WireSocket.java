package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** A wire as JSSE wants it: a connected socket, whose streams are those of the wire. As thread-safe as the wire. */
final class WireSocket extends Socket {
    WireSocket(Wire wire) throws IOException {
        super(new Impl(wire));
        connect(wire.channel().getRemoteAddress());
    }

    private static final class Impl extends SocketImpl {
        private final Wire wire;
        private final SocketChannel channel;

        Impl(Wire wire) {
            this.wire = wire;
            this.channel = wire.channel();
        }

        @Override
        protected void create(boolean stream) {}

        /** It is connected already. */
        @Override
        protected void connect(SocketAddress remote, int timeout) throws IOException {
            InetSocketAddress there = (InetSocketAddress) remote;
            address = there.getAddress();
            port = there.getPort();
            localport = local().getPort();
        }

        @Override
        protected void connect(String host, int port) throws IOException {
            throw unsupported();
        }

        @Override
        protected void connect(InetAddress address, int port) throws IOException {
            throw unsupported();
        }

        @Override
        protected void bind(InetAddress host, int port) throws IOException {
            throw unsupported();
        }

        @Override
        protected void listen(int backlog) throws IOException {
            throw unsupported();
        }

        @Override
        protected void accept(SocketImpl into) throws IOException {
            throw unsupported();
        }

        @Override
        protected InputStream getInputStream() {
            return wire.in();
        }

        @Override
        protected OutputStream getOutputStream() {
            return wire.out();
        }

        @Override
        protected int available() throws IOException {
            return wire.in().available();
        }

        @Override
        protected void close() throws IOException {
            channel.close();
        }

        @Override
        protected void shutdownInput() throws IOException {
            channel.shutdownInput();
        }

        @Override
        protected void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        protected void sendUrgentData(int data) throws IOException {
            throw unsupported();
        }

        @Override
        public void setOption(int id, Object value) throws SocketException {
            try {
                switch (id) {
                    case SocketOptions.SO_LINGER ->
                        channel.setOption(
                                StandardSocketOptions.SO_LINGER, value instanceof Integer seconds ? seconds : -1);
                    case SocketOptions.TCP_NODELAY ->
                        channel.setOption(StandardSocketOptions.TCP_NODELAY, (Boolean) value);
                    case SocketOptions.SO_TIMEOUT -> channel.socket().setSoTimeout((Integer) value);
                    default -> throw unsupported();
                }
            } catch (IOException e) {
                throw asSocketException(e);
            }
        }

        @Override
        public Object getOption(int id) throws SocketException {
            try {
                return switch (id) {
                    case SocketOptions.SO_LINGER -> channel.getOption(StandardSocketOptions.SO_LINGER);
                    case SocketOptions.TCP_NODELAY -> channel.getOption(StandardSocketOptions.TCP_NODELAY);
                    case SocketOptions.SO_TIMEOUT -> channel.socket().getSoTimeout();
                    case SocketOptions.SO_BINDADDR -> local().getAddress();
                    default -> throw unsupported();
                };
            } catch (IOException e) {
                throw asSocketException(e);
            }
        }

        private InetSocketAddress local() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        private static SocketException asSocketException(IOException failure) {
            if (failure instanceof SocketException same) {
                return same;
            }
            SocketException other = new SocketException(failure.getMessage());
            other.initCause(failure);
            return other;
        }

        private static SocketException unsupported() {
            return new SocketException("not for a connection that is open already");
        }
    }
}
