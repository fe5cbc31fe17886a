/**
 * Teams, API tokens and the sessions of browsers: records, and the DAOs that own their tables. Tokens, cookies and login
 * links are kept as SHA-256 only.
 */
@NullMarked
package dev.posthaste.teams;

import org.jspecify.annotations.NullMarked;
