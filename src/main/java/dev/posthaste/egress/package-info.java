/**
 * Which addresses a request may reach, and the DNS resolver that holds the HTTP client to it. Imports nothing of ours.
 */
@NullMarked
package dev.posthaste.egress;

import org.jspecify.annotations.NullMarked;
