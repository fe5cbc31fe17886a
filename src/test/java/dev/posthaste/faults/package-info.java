/**
 * Faults of the machine and of what stands around a server, with real processes: {@code make faults}. A test whose tool is missing
 * skips itself and says what to install.
 */
package dev.posthaste.faults;
