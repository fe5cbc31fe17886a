/**
 * Working with a database, whoever's tables they are: transactions that many share, statements that go together, columns as
 * parameters, what a failure means. Knows the driver and a pool; imports nothing of ours.
 */
@NullMarked
package dev.posthaste.sql;

import org.jspecify.annotations.NullMarked;
