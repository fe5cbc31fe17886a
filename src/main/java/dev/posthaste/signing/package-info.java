/**
 * Signing what is sent: a team's secrets, sealed in the database under the installation's key, which is wrapped by the
 * operator's secret key, and the headers that they make.
 */
@NullMarked
package dev.posthaste.signing;

import org.jspecify.annotations.NullMarked;
