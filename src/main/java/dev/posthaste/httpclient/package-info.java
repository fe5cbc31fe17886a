/**
 * Sends requests with Apache HttpClient. What HttpClient does by itself is switched off; connections are opened, kept and
 * looked at here.
 *
 * <p>Called by {@code delivery} through its port {@code HttpSender}. Its invariants: nothing that lay on a connection
 * before a request was sent on it belongs to that request; nothing outlasts the deadline of its exchange.
 */
@NullMarked
package dev.posthaste.httpclient;

import org.jspecify.annotations.NullMarked;
