/**
 * Hands mail to the operator's SMTP server, by Jakarta Mail, whose types appear nowhere else.
 *
 * <p>Its invariants: everything is bounded in time, and nothing that a user has written can add a line to a head or a
 * receiver to a mail.
 */
@NullMarked
package dev.posthaste.mail;

import org.jspecify.annotations.NullMarked;
